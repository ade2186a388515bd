import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

const longestMs = 60_000;

/** A program at a real terminal: what is typed is read as keys, and it decides what is shown of it. */
export class Terminal {
  readonly #process;
  #shown = '';
  #from = 0;

  /** @param command for a shell */
  constructor(
    script: string,
    command: string,
    { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
  ) {
    this.#process = spawn(script, ['-qfec', command, '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'xterm', COLUMNS: '200', LINES: '50', ...env },
    });
    const keep = (chunk: Buffer) => (this.#shown += chunk.toString());
    this.#process.stdout.on('data', keep);
    this.#process.stderr.on('data', keep);
    // Keys that come when it has ended already.
    this.#process.stdin.on('error', () => {});
  }

  /** All that was shown since the last `type`, without colours and movements. */
  get shown(): string {
    return stripVTControlCharacters(this.#shown.slice(this.#from));
  }

  type(keys: string): void {
    this.#from = this.#shown.length;
    this.#process.stdin.write(keys);
  }

  /** Until that is shown. @throws with what was shown instead */
  async until(pattern: RegExp): Promise<void> {
    const end = Date.now() + longestMs;
    while (!pattern.test(this.shown)) {
      if (Date.now() > end) throw new Error(`Not shown: ${String(pattern)}, but: ${this.shown}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    return new Promise((resolve) => this.#process.once('close', resolve));
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
