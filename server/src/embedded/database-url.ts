import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../kernel/log/log.js';
import type { Use } from './connection-file.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

const patienceMs = 60_000;
const pauseMs = 1_000;
const tellEveryMs = 5_000;

export interface DatabaseHandle {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The database the settings name, once it answers, else the embedded one.
 * @throws Error with a sentence for the operator
 */
export async function openDatabase(
  config: { readonly databaseUrl: string | null; readonly dataDir: string },
  log: Log,
  use: Use,
): Promise<DatabaseHandle> {
  if (config.databaseUrl === null) {
    return startEmbeddedPostgres({ dataDir: config.dataDir, log, use });
  }
  await waitFor(config.databaseUrl, log, use === 'server' ? patienceMs : 0);
  return { url: config.databaseUrl, stop: async () => {} };
}

/** Servers are often started together with their database, which then needs a moment. */
async function waitFor(url: string, log: Log, patience: number): Promise<void> {
  const { host } = new URL(url);
  const giveUpAt = Date.now() + patience;
  let toldAt = 0;
  for (;;) {
    const failure = await tryOnce(url);
    if (failure === null) return;
    if (Date.now() >= giveUpAt || failure.isFinal) {
      throw new Error(
        `The database of DATABASE_URL (${host}) did not answer: ${failure.reason}. Check the address, the user and the password, and that PostgreSQL runs.`,
      );
    }
    if (Date.now() - toldAt >= tellEveryMs) {
      log.warn({ host, failure: failure.reason }, 'the database does not answer yet');
      toldAt = Date.now();
    }
    await pause(pauseMs);
  }
}

/** Wrong password, wrong user, no such database: waiting mends none of them (SQLSTATE 28…, 3D000). */
const final = /^(28...|3D000)$/;

async function tryOnce(url: string): Promise<{ reason: string; isFinal: boolean } | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return null;
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    return { reason: message || String(code), isFinal: final.test(code ?? '') };
  } finally {
    await client.end().catch(() => {});
  }
}
