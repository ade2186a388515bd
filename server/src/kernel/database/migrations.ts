import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { Database } from './database.js';
import type { Log } from '../log/log.js';
import { readMigrations } from './migration-files.js';
import { queueLogger } from '../log/queue-log.js';

/** Any constant will do; it must only be the same in every version that may start beside another. */
const advisoryLock = 4_238_500_711;

/**
 * Brings the database to this version's state: our tables and the job queue's. Servers that start
 * at once wait for each other on an advisory lock; the first runs what is missing.
 */
export async function migrate(database: Database, log: Log): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await refuseNewerDatabase(client);
    const done = await runMissing(database.url, log);
    await runMigrations({ connectionString: database.url, logger: queueLogger(log) });
    const names = done.map((migration) => migration.name);
    if (names.length > 0) log.info({ migrations: names }, 'database migrated');
    return names;
  } finally {
    await client.end();
  }
}

/** Over connections of their own: a change of a filled table may take longer than any call. */
async function runMissing(url: string, log: Log) {
  const patient = await Database.open({ url, entities: [], log, statementMs: null });
  try {
    return await patient.orm.migrator.up();
  } finally {
    await patient.close();
  }
}

/** Whether every migration this version knows is in the database. */
export async function isMigrated(database: Database): Promise<boolean> {
  return (await database.orm.migrator.getPending()).length === 0;
}

async function refuseNewerDatabase(client: pg.Client): Promise<void> {
  const table = await client.query<{ found: boolean }>(
    `select to_regclass('public.migration') is not null as found`,
  );
  if (!table.rows[0]?.found) return;
  const known = readMigrations().map((migration) => migration.name);
  const unknown = await client.query<{ name: string }>(
    'select name from migration where not (name = any($1)) order by name',
    [known],
  );
  if (unknown.rows.length === 0) return;
  throw new Error(
    `The database was made by a newer Gatehouse (it has ${unknown.rows.map((row) => row.name).join(', ')}). Start that version, or restore a backup made by this one.`,
  );
}
