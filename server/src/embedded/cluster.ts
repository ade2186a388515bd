import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresFailure, explain } from './failure.js';
import { handOver, namedStandIn, type RunAs } from './run-as.js';

const MAJOR = 18;

/**
 * A child that runs as another user is started inside its directory and calls it by this name: the link leads there without asking the
 * directories above, which may be a home of mode 0700. libuv changes directory before it gives up root.
 */
export const HERE = '/proc/self/cwd';

/** Nothing of ours: no secrets in a place where `ps e` shows them, and none of the PG… variables that PostgreSQL obeys. */
export const ENVIRONMENT: NodeJS.ProcessEnv | undefined =
  process.platform === 'win32' ? undefined : { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

export interface ClusterOptions {
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
  readonly password: string;
  /** Nothing in it needs to survive a power cut. */
  readonly throwaway: boolean;
}

/** @returns whether `clusterDir` holds a whole cluster of our version; false when there is none yet; refuses anything else. */
export async function hasCluster(clusterDir: string): Promise<boolean> {
  const entries = await readdir(clusterDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new EmbeddedPostgresFailure(
      `${clusterDir} cannot be read (${error.code}). It may have been made by Gatehouse running as root: start it as root, or give the files to this user.`,
    );
  });
  if (entries.length === 0) return false;
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (!version || !entries.includes('global'))
    throw new EmbeddedPostgresFailure(
      `${clusterDir} is not a whole PostgreSQL data directory. Restore it from a backup, or move it away to begin with an empty site.`,
    );
  if (version.trim() !== String(MAJOR))
    throw new EmbeddedPostgresFailure(
      `${clusterDir} was made by PostgreSQL ${version.trim()}, and this Gatehouse brings PostgreSQL ${MAJOR}. With the Gatehouse that made it, run ` +
        '"gatehouse backup FILE"; then move the directory away and run "gatehouse restore FILE" with this one.',
    );
  return true;
}

/** Creates the cluster in a sibling that gets its name only when it is complete: an interrupted first start leaves nothing half-made. */
export async function createCluster(clusterDir: string, options: ClusterOptions): Promise<void> {
  const dataDir = dirname(clusterDir);
  const prefix = `${basename(clusterDir)}.new-`;
  for (const name of await readdir(dataDir))
    if (name.startsWith(prefix)) await rm(join(dataDir, name), { recursive: true, maxRetries: 5 });
  const fresh = join(dataDir, prefix + randomBytes(4).toString('hex'));
  try {
    await mkdir(fresh, { mode: 0o700 });
    await initdb(fresh, options);
    if (options.runAs) await handOver(fresh, options.runAs);
    await rename(fresh, clusterDir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error instanceof EmbeddedPostgresFailure
      ? error
      : explain(dataDir, 'The database could not be created', String(error));
  }
}

async function initdb(
  dir: string,
  { binaries, runAs, password, throwaway }: ClusterOptions,
): Promise<void> {
  const user = runAs && (await namedStandIn(runAs));
  const passwordFile = `${dir}.password`;
  const secret = await open(passwordFile, 'wx+', 0o600);
  try {
    await secret.write(password, 0);
    if (user) {
      await handOver(dir, user);
      await secret.chown(user.uid, user.gid);
    }
    const args = [
      `--pgdata=${user ? HERE : dir}`,
      `--pwfile=${user ? '/proc/self/fd/3' : passwordFile}`,
      '--username=gatehouse',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts and folds case the same on every system and after every upgrade of its C library; indexes never go stale.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(throwaway ? ['--no-sync'] : []),
    ];
    const child = spawn(binaries.initdb, args, {
      ...user,
      cwd: dir,
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe', secret.fd],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    if (code !== 0) throw explain(dirname(dir), 'The database could not be created', said);
  } finally {
    await secret.close();
    await rm(passwordFile, { force: true });
  }
}
