import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { Database } from '../src/kernel/database/database.js';
import { createLog } from '../src/kernel/log/log.js';
import { migrate } from '../src/kernel/database/migrations.js';

const template = 'gatehouse_template';
const templateLock = 7_301_246;
const log = createLog('silent');

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own, with every migration done: a copy of a template that the first caller makes. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const admin = inject('testDatabaseUrl');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await withClient(admin, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    await ensureTemplate(client, admin);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: urlOf(admin, name),
    drop: () =>
      withClient(admin, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/** An empty one, for what is about migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const admin = inject('testDatabaseUrl');
  const name = `e_${randomBytes(6).toString('hex')}`;
  const run = (sql: string) => withClient(admin, async (client) => void (await client.query(sql)));
  await run(`create database ${name}`);
  return {
    url: urlOf(admin, name),
    drop: () => run(`drop database if exists ${name} with (force)`),
  };
}

async function ensureTemplate(client: pg.Client, admin: string): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [template]);
  if (found.rows.length > 0) return;
  const making = `${template}_making`;
  await client.query(`drop database if exists ${making} with (force)`);
  await client.query(`create database ${making}`);
  const database = await Database.open({ url: urlOf(admin, making), entities: [], log });
  await migrate(database, log).finally(() => database.close());
  await client.query(`alter database ${making} rename to ${template}`);
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(admin: string, name: string): string {
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}
