import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../kernel/log/log.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

/** A Gatehouse reduced to its database: says what happens to it, and writes one last row when it is told to stop. */
const SERVER = `
  import pg from 'pg';
  import { createLog } from ${JSON.stringify(new URL('../kernel/log/log.ts', import.meta.url).href)};
  import { startEmbeddedPostgres } from ${JSON.stringify(new URL('embedded-postgres.ts', import.meta.url).href)};
  const db = await startEmbeddedPostgres({ dataDir: process.env.DATA_DIR, log: createLog('silent') });
  const pool = new pg.Pool({ connectionString: db.url });
  pool.on('error', () => {});
  await pool.query('CREATE TABLE IF NOT EXISTS seen (what text)');
  process.on('SIGINT', async () => {
    await pool.query("INSERT INTO seen VALUES ('last words')");
    await pool.end();
    await db.stop();
    console.log('stopped');
  });
  process.on('SIGUSR2', () => process.exit(1));
  await pool.query("INSERT INTO seen VALUES ('started')");
  console.log('ready ' + db.pid);
`;

let dataDir: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-crash-')));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await (await startEmbeddedPostgres({ dataDir, log: createLog('silent') })).stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function startServer() {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', SERVER], {
    cwd: new URL('.', import.meta.url),
    env: { ...process.env, DATA_DIR: dataDir },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const [word, pid] = (await next()).split(' ');
  expect(word).toBe('ready');
  return { child, postgres: Number(pid), next };
}

async function seen(): Promise<string[]> {
  const { Pool } = (await import('pg')).default;
  const db = await startEmbeddedPostgres({ dataDir, log: createLog('silent') });
  const pool = new Pool({ connectionString: db.url });
  const { rows } = await pool.query<{ what: string }>('SELECT what FROM seen');
  await pool.end();
  await db.stop();
  return rows.map((row) => row.what);
}

const isRunning = (pid: number) =>
  execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' }).match(
    new RegExp(`^ *${pid} +[^Z]`, 'm'),
  ) !== null;

test('Ctrl-C in the terminal lets the server finish its work before the database goes', async () => {
  const { child, postgres, next } = await startServer();
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await next()).toBe('stopped');
  await once(child, 'exit');
  expect(isRunning(postgres)).toBe(false);
  expect(await seen()).toEqual(['started', 'last words']);
});

test('after kill -9 of the server the next start takes over from the PostgreSQL it left behind', async () => {
  const first = await startServer();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(isRunning(first.postgres)).toBe(true);
  const second = await startServer();
  expect(isRunning(first.postgres)).toBe(false);
  expect(second.postgres).not.toBe(first.postgres);
});

test('after kill -9 of the server and of PostgreSQL everything committed is still there', async () => {
  const first = await startServer();
  first.child.kill('SIGKILL');
  process.kill(first.postgres, 'SIGKILL');
  await once(first.child, 'exit');
  expect(await seen()).toEqual(['started']);
});

test.each(['SIGUSR2', 'SIGTERM'] as const)(
  'a server that ends without stopping its database takes it along (%s)',
  async (signal) => {
    const { child, postgres } = await startServer();
    child.kill(signal);
    const [code, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    expect(code ?? killedBy).toBe(signal === 'SIGUSR2' ? 1 : signal);
    const deadline = Date.now() + 5_000;
    while (isRunning(postgres) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isRunning(postgres)).toBe(false);
  },
);
