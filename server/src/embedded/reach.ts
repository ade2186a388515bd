import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { DATABASE } from './connection-file.js';

/** Whether the database lets us in right now. */
export async function answers(url: string): Promise<boolean> {
  return withClient(url, async () => true).catch(() => false);
}

/** `url` is that of the maintenance database `postgres`. */
export async function ensureDatabase(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(DATABASE)}`);
  });
}

export async function postmasterPid(clusterDir: string): Promise<number> {
  return Number.parseInt(
    await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '0'),
    10,
  );
}

async function withClient<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // A connection that breaks after it was made also throws out of the blue unless somebody listens; the query's own error is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
