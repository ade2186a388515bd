import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.js';
import type { TestApp } from '../../test/app.js';
import { createEmptyDatabase, createTestDatabase } from '../../test/database.js';
import type { TestDatabase } from '../../test/database.js';
import { Sealer } from '../kernel/crypto/seal.js';
import type { Sealed } from '../kernel/crypto/seal.js';
import { Database } from '../kernel/database/database.js';
import { createLog } from '../kernel/log/log.js';
import { readMigrations } from '../kernel/database/migration-files.js';
import { backUp } from './backup.js';
import { restore } from './restore.js';
import { readTables } from './tables.js';

const log = createLog('silent');
let app: TestApp;
let folder: string;
let file: string;
let secret: Sealed;
const databases: TestDatabase[] = [];

async function fresh(make: () => Promise<TestDatabase>): Promise<string> {
  const database = await make();
  databases.push(database);
  return database.url;
}

async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return (await client.query<Row>(sql).finally(() => client.end())).rows;
}

/** Every table's rows as COPY would write them, for comparing. */
async function contentOf(url: string): Promise<Map<string, string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const content = new Map<string, string[]>();
  for (const { name, columns } of await readTables(client)) {
    const { rows } = await client.query<{ row: string }>(
      `select row(${columns.join(', ')})::text as row from ${name} order by 1`,
    );
    content.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  await client.end();
  return content;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-backup-'));
  file = join(folder, 'site.backup');
  app = await createTestApp();
  secret = app.kernel.sealer.seal('JBSWY3DPEHPK3PXP', 'totp:ada');
  const ada = await app.signedIn({ username: 'ada', permissions: ['admin.notifications'] });
  await app.signedIn({ username: 'bea' });
  const say = 'mutation ($input: BroadcastInput!) { broadcast(input: $input) { recipients } }';
  for (let n = 0; n < 50; n++) {
    const title = `Tab\there, line\nthere, \\N and è 👩‍🚀 ${n}`.replaceAll(/\s/gu, ' ');
    await app.graphql(say, { input: { title, body: 'Two\nlines \\. and \\N' } }, ada);
  }
  await app.unit(() => app.kernel.outbox.add({ name: 'waits' }, { n: 1 }));
  await backUp(app.kernel.database.url, file);
});

afterAll(async () => {
  await app.close();
  for (const database of databases) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const restoreInto = (url: string, from = file, sealer = app.kernel.sealer) =>
  restore(from, { databaseUrl: url, sealer, log });

describe('a backup', () => {
  test('is for its owner’s eyes only, and never written over another file', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await readFile(file);
    await expect(backUp(app.kernel.database.url, file)).rejects.toThrow('is there already');
    expect(await readFile(file)).toEqual(before);
  });

  test('brings every row back as it was, but nobody’s session', async () => {
    const url = await fresh(createEmptyDatabase);
    const report = await restoreInto(url);
    const [was, is] = [await contentOf(app.kernel.database.url), await contentOf(url)];
    const ended = ['public.link', 'public.session'];
    for (const name of ended) was.set(name, []);
    expect([...is.keys()].sort()).toEqual([...was.keys()].sort());
    for (const [name, rows] of was) expect(is.get(name), name).toEqual(rows);
    expect(was.get('public.notification')).toHaveLength(100);
    expect(was.get('graphile_worker._private_jobs')!.length).toBeGreaterThan(0);
    expect(report.rows).toBeGreaterThan(150);
    expect(app.kernel.sealer.open(secret, 'totp:ada')).toBe('JBSWY3DPEHPK3PXP');
  });

  test('leaves triggers on, and counters behind what is there', async () => {
    const url = await fresh(createEmptyDatabase);
    await restoreInto(url);
    expect(
      await ask(url, `select tgname from pg_trigger where tgenabled = 'D' and not tgisinternal`),
    ).toEqual([]);
    const [job] = await ask<{ greatest: string }>(
      url,
      'select max(id) as greatest from graphile_worker._private_jobs',
    );
    await ask(url, `select graphile_worker.add_job('another', '{}')`);
    const [next] = await ask<{ greatest: string }>(
      url,
      'select max(id) as greatest from graphile_worker._private_jobs',
    );
    expect(Number(next!.greatest)).toBeGreaterThan(Number(job!.greatest));
  });

  test('of an older version is loaded into its tables, which are then brought up to date', async () => {
    const old = await fresh(createEmptyDatabase);
    const names = readMigrations().map(({ name }) => name);
    const database = await Database.open({ url: old, entities: [], log });
    await database.orm.migrator.up({ to: names[0]! });
    await database.close();
    await ask(
      old,
      `insert into account (id, username, email, email_canonical, created_at)
       values ('00000000-0000-7000-8000-000000000001', 'old', 'old@example.org', 'old@example.org', now())`,
    );
    const oldFile = join(folder, 'old.backup');
    await backUp(old, oldFile);
    const url = await fresh(createEmptyDatabase);
    await restoreInto(url, oldFile);
    expect(await ask(url, 'select username from account')).toEqual([{ username: 'old' }]);
    const done = await ask<{ name: string }>(url, 'select name from migration order by name');
    expect(done.map(({ name }) => name)).toEqual(names);
  });
});

describe('restoring is refused, and changes nothing,', () => {
  const accounts = (url: string) => ask(url, 'select count(*)::int as n from account');

  test('where people are already', async () => {
    const url = await fresh(createEmptyDatabase);
    await restoreInto(url);
    const before = await accounts(url);
    await expect(restoreInto(url)).rejects.toThrow('There are accounts in this database');
    expect(await accounts(url)).toEqual(before);
  });

  test('while a server runs on the database', async () => {
    const url = await fresh(createTestDatabase);
    const server = new pg.Client({ connectionString: url });
    await server.connect();
    await expect(restoreInto(url)).rejects.toThrow('A server is running on this database');
    await server.end();
    expect(await accounts(url)).toEqual([{ n: 0 }]);
  });

  test('with another key than the backup’s', async () => {
    const url = await fresh(createTestDatabase);
    const other = new Sealer([Buffer.alloc(32, 7)]);
    await expect(restoreInto(url, file, other)).rejects.toThrow('SECRET_KEY is not the key');
    expect(await accounts(url)).toEqual([{ n: 0 }]);
  });

  test('from a file that was cut off, damaged, or never a backup', async () => {
    const whole = await readFile(file);
    const middle = Math.floor(whole.length / 2);
    const damaged = Buffer.from(whole);
    damaged.fill(0, middle, middle + 64);
    const bad = { cut: whole.subarray(0, middle), damaged, text: Buffer.from('hello'), empty: '' };
    for (const [name, bytes] of Object.entries(bad)) {
      const url = await fresh(createTestDatabase);
      const path = join(folder, name);
      await writeFile(path, bytes);
      await expect(restoreInto(url, path), name).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await accounts(url), name).toEqual([{ n: 0 }]);
    }
  });

  test('from a file that is not there', async () => {
    const url = await fresh(createTestDatabase);
    await expect(restoreInto(url, join(folder, 'nothing'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
