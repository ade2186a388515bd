/** Programs that npm does not bring and some tests need: found, else installed, else the reason why not. */
import { execFile, execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { projectEnv, root } from './install.mjs';

/** @typedef {{ paths: () => string[], debian: string, otherwise?: string[] }} Program */

/** @type {Record<import('./program.mjs').ProgramName, Program>} */
const programs = {
  chromium: {
    paths: () =>
      [
        process.env.CHROMIUM_PATH,
        ...onPath('chromium'),
        ...onPath('chromium-browser'),
        ...onPath('google-chrome'),
        playwrights(),
      ].filter((path) => path !== undefined),
    debian: 'chromium',
    otherwise: ['playwright', 'install', 'chromium'],
  },
  sshd: { paths: () => ['/usr/sbin/sshd', ...onPath('sshd')], debian: 'openssh-server' },
  'redis-server': {
    paths: () => [...onPath('redis-server'), ...onPath('valkey-server')],
    debian: 'redis-server',
  },
  script: { paths: () => onPath('script'), debian: 'bsdutils' },
  zsh: { paths: () => onPath('zsh'), debian: 'zsh' },
};

/** @param {import('./program.mjs').ProgramName} name @returns {string | undefined} its path */
export const findProgram = (name) => programs[name].paths().find(isExecutable);

/** @param {import('./program.mjs').ProgramName} name @returns {Promise<{ path: string } | { missing: string }>} */
export async function findOrInstall(name) {
  const found = findProgram(name);
  if (found) return { path: found };
  const reasons = [];
  for (const attempt of attempts(programs[name])) {
    const failure = await attempt().then(
      () => undefined,
      (error) => lastLine(error),
    );
    const installed = findProgram(name);
    if (installed) return { path: installed };
    if (failure) reasons.push(failure);
  }
  return { missing: reasons.join('; ') || 'it is not installed, and only root can install it' };
}

/** @param {Program} program */
function attempts({ debian, otherwise: [command, ...args] = [] }) {
  const apt = (/** @type {string[]} */ ...rest) =>
    // Two test files may want a program at the same time: the second waits for the package manager.
    run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...rest], {
      ...process.env,
      DEBIAN_FRONTEND: 'noninteractive',
    });
  const install = () => apt('install', '--no-install-recommends', debian);
  const asRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  return [
    ...(asRoot ? [install, () => apt('update').then(install)] : []),
    ...(command
      ? [() => run(join(root, 'node_modules', '.bin', command), args, projectEnv())]
      : []),
  ];
}

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env */
const run = (command, args, env) =>
  promisify(execFile)(command, args, { env, timeout: 300_000, maxBuffer: 1 << 26 });

/** @param {unknown} error */
const lastLine = (error) =>
  String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n')
    .at(-1);

/** @param {string} name */
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function playwrights() {
  const ask =
    "import('playwright-core').then(({ chromium }) => process.stdout.write(chromium.executablePath()))";
  try {
    return execFileSync(process.execPath, ['-e', ask], { cwd: root, encoding: 'utf8' });
  } catch {
    return undefined;
  }
}
