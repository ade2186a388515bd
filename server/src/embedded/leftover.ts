import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from '../kernel/log/log.js';
import { EmbeddedPostgresFailure } from './failure.js';

/**
 * After a Gatehouse was killed its PostgreSQL runs on. Called under the data directory's lock, so whatever still runs there has lost its
 * Gatehouse: it is shut down in order, since a child can be watched and somebody else's cannot.
 */
export async function stopLeftover(clusterDir: string, log: Log): Promise<void> {
  const pidFile = join(clusterDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!(pid > 0)) return;
  if (!(await servesFrom(pid, clusterDir))) {
    // PostgreSQL would refuse to start if the number now belongs to any other process of its user.
    await rm(pidFile, { force: true });
    return;
  }
  log.info(
    { pid },
    'PostgreSQL of a Gatehouse that was killed is still running; shutting it down in order',
  );
  for (const [signal, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    process.kill(pid, signal);
    for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20))
      if (!(await servesFrom(pid, clusterDir))) return;
  }
  throw new EmbeddedPostgresFailure(
    `PostgreSQL (process ${pid}) still uses ${clusterDir} and cannot be stopped. End it, then start again.`,
  );
}

/** A process id alone proves nothing: it may be stale, reused, or a zombie nobody reaps. A PostgreSQL server stands in its directory. */
async function servesFrom(pid: number, clusterDir: string): Promise<boolean> {
  if (process.platform === 'linux')
    return (
      (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === (await realpath(clusterDir))
    );
  if (process.platform === 'win32') {
    const { stdout } = await promisify(execFile)('tasklist', ['/nh', '/fi', `pid eq ${pid}`]);
    return /postgres/i.test(stdout);
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(
    () => ({ stdout: '' }),
  );
  return /postgres/.test(stdout);
}
