export type ProgramName = 'chromium' | 'sshd' | 'redis-server' | 'script' | 'zsh';
/** Its path, when it is there. */
export function findProgram(name: ProgramName): string | undefined;
/** Tries apt-get (as root), then the program's own installer; `missing` says why none of them worked. */
export function findOrInstall(name: ProgramName): Promise<{ path: string } | { missing: string }>;
