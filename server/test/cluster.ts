import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import { tryLock } from '../src/embedded/data-dir-lock.js';
import { stopLeftover } from '../src/embedded/leftover.js';
import { createLog } from '../src/kernel/log/log.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser's URL of the run's cluster. Each test file makes databases of its own in it. */
    testDatabaseUrl: string;
  }
}

const PREFIX = 'gatehouse-test-';
const log = createLog('silent');

/** One throwaway cluster for a whole run: made here, or the one whose TEST_DATABASE_URL is set already. */
export async function startTestCluster(): Promise<{ url: string; stop(): Promise<void> }> {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const cluster = await startEmbeddedPostgres({ dataDir, log, throwaway: true });
  const stop = async () => {
    await cluster.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: cluster.url, stop };
}

/** Clusters of runs that were killed: their locks are free, their PostgreSQL may still run. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dataDir = join(tmpdir(), name);
    const release = await lockOf(dataDir);
    if (!release) continue;
    await stopLeftover(join(dataDir, 'postgres'), log);
    release();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function lockOf(dataDir: string): Promise<(() => void) | undefined> {
  // One made a moment ago belongs to a run that is just about to lock it.
  const entry = await stat(dataDir).catch(() => undefined);
  return entry && Date.now() - entry.mtimeMs > 60_000
    ? tryLock(join(dataDir, 'postgres.lock'))
    : undefined;
}

/** vitest's globalSetup. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['TEST_DATABASE_URL'];
  const cluster = given ? undefined : await startTestCluster();
  project.provide('testDatabaseUrl', given ?? cluster?.url ?? '');
  return cluster?.stop;
}
