import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../kernel/log/log.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
import { EmbeddedPostgresFailure } from './failure.js';

let dataDir: string;
let running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-embedded-')));
});
afterEach(async () => {
  await Promise.all(running.map((db) => db.stop()));
  running = [];
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const db = await startEmbeddedPostgres({
    dataDir,
    log: createLog('silent'),
    throwaway: true,
    ...options,
  });
  running.push(db);
  return db;
}

async function stop(db: EmbeddedPostgres): Promise<void> {
  await db.stop();
  running = running.filter((other) => other !== db);
}

async function ask(db: EmbeddedPostgres, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: db.url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql).finally(() => client.end());
  return rows[0] && Object.values(rows[0])[0];
}

async function eventually<T>(question: () => Promise<T>): Promise<T> {
  for (
    const deadline = Date.now() + 15_000;
    ;
    await new Promise((resolve) => setTimeout(resolve, 50))
  )
    try {
      return await question();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
}

async function refusal(options: Partial<EmbeddedPostgresOptions> = {}): Promise<string> {
  const error: unknown = await start(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EmbeddedPostgresFailure);
  return (error as EmbeddedPostgresFailure).message;
}

test('what was written is still there after a stop, under the same address, and the password is private', async () => {
  const first = await start({ throwaway: false });
  await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await stop(first);
  const second = await start({ throwaway: false });
  expect(await ask(second, 'SELECT answer FROM kept')).toBe(42);
  expect(second.url).toBe(first.url);
  expect(await ask(second, "SELECT current_setting('fsync')")).toBe('on');
  expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
  const wrong = second.url.replace(/:[^:@]+@/, ':wrong@');
  await expect(ask({ ...second, url: wrong }, 'SELECT 1')).rejects.toThrow(
    /password authentication failed/,
  );
});

test('text of every script is stored and folded, whatever the locale of the machine', async () => {
  const db = await start();
  expect(await ask(db, "SELECT lower('ÀÉΣŽ') || current_setting('server_encoding')")).toBe(
    'àéσžUTF8',
  );
});

test('a killed PostgreSQL is back within seconds at the same address', async () => {
  const db = await start();
  const before = db.pid;
  process.kill(before, 'SIGKILL');
  expect(await eventually(() => ask(db, 'SELECT 1'))).toBe(1);
  expect(db.pid).not.toBe(before);
});

test('a killed PostgreSQL is back although a session was busy when it died', async () => {
  const db = await start();
  const sleeper = ask(db, 'SELECT pg_sleep(2)').catch(() => 'cut off');
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill(db.pid, 'SIGKILL');
  expect(await eventually(() => ask(db, 'SELECT 1'))).toBe(1);
  await sleeper;
});

test('a lock file that names somebody else’s process is put aside', async () => {
  const db = await start();
  const lock = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  await stop(db);
  await writeFile(
    join(dataDir, 'postgres', 'postmaster.pid'),
    lock.replace(/^\d+/, String(process.pid)),
  );
  expect(await ask(await start(), 'SELECT 1')).toBe(1);
});

test('a first start that was cut off in the middle is begun anew', async () => {
  await mkdir(join(dataDir, 'postgres.new-0badcafe', 'base'), { recursive: true });
  await writeFile(join(dataDir, 'postgres.new-0badcafe', 'PG_VERSION'), '18\n');
  expect(await ask(await start(), 'SELECT 1')).toBe(1);
  expect((await readdir(dataDir)).filter((name) => name.includes('.new'))).toEqual([]);
});

test('a directory that is no whole database is left alone and named', async () => {
  await mkdir(join(dataDir, 'postgres', 'base'), { recursive: true });
  expect(await refusal()).toMatch(
    /postgres is not a whole PostgreSQL data directory\. Restore it from a backup/,
  );
});

test('the database of another PostgreSQL is left alone, with the way across', async () => {
  await mkdir(join(dataDir, 'postgres', 'global'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  expect(await refusal()).toMatch(
    /made by PostgreSQL 17, .* brings PostgreSQL 18\..*gatehouse backup FILE/,
  );
});

test('a second server on the same directory is told who is using it', async () => {
  await start();
  expect(await refusal()).toMatch(
    new RegExp(`Another Gatehouse \\(process ${process.pid}\\) is using .*DATABASE_URL`),
  );
});

test('a command beside a running server borrows its database and leaves it running', async () => {
  const server = await start();
  const command = await start({ use: 'command' });
  expect(command).toMatchObject({ url: server.url, pid: server.pid });
  await command.stop();
  expect(await ask(server, 'SELECT 1')).toBe(1);
});

test('two commands without a server take turns', async () => {
  const first = await start({ use: 'command' });
  const second = start({ use: 'command' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await ask(first, 'SELECT 1')).toBe(1);
  await stop(first);
  expect(await ask(await second, 'SELECT 1')).toBe(1);
});

test('a port that another program has is replaced, unless it was asked for', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  try {
    expect(await refusal({ port })).toContain(
      `Port ${port} on 127.0.0.1 is used by another program`,
    );
    await rm(dataDir, { recursive: true });
    const deep = join(dataDir, 'a'.repeat(110));
    const first = await start({ dataDir: deep });
    expect(first.url).toContain('@127.0.0.1:');
    await stop(first);
    const kept = JSON.parse(await readFile(join(deep, 'postgres.json'), 'utf8')) as object;
    await writeFile(join(deep, 'postgres.json'), JSON.stringify({ ...kept, port }));
    const second = await start({ dataDir: deep });
    expect(second.url).not.toContain(`:${port}/`);
    expect(await ask(second, 'SELECT 1')).toBe(1);
  } finally {
    other.close();
  }
});

test('a lost password file is named, and the database is not touched', async () => {
  await stop(await start());
  await rm(join(dataDir, 'postgres.json'));
  expect(await refusal()).toMatch(
    /postgres\.json with the database's password is missing or broken\. Restore it/,
  );
});

test('a DATA_DIR that is a file is refused with an example', async () => {
  await writeFile(join(dataDir, 'file'), '');
  expect(await refusal({ dataDir: join(dataDir, 'file') })).toMatch(
    /DATA_DIR .*file cannot be used \(it is a file\)\. .*DATA_DIR=\.\/data/,
  );
});
