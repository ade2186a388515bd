import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import { createLog } from '../../kernel/log/log.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import { Worker } from './worker.js';

const log = createLog('silent');
const unitOfWork = <T>(work: () => Promise<T>) => work();
const job = (name: string): Job => ({ name, run: async () => {} });

describe('the worker', () => {
  it('refuses two jobs of one name before it works either', async () => {
    const place = await createTestDatabase();
    const jobs = [job('same'), job('same')];
    const worker = new Worker({ databaseUrl: place.url, jobs, unitOfWork, log });
    await expect(worker.open()).rejects.toThrow('Two jobs are called same');
    await worker.close();
    await place.drop();
  });

  it('says so when it cannot begin', async () => {
    const place = await createTestDatabase();
    await place.drop();
    const worker = new Worker({ databaseUrl: place.url, jobs: [job('one')], unitOfWork, log });
    await expect(worker.open()).rejects.toThrow('does not exist');
    await worker.close();
  });

  it('that waits for a database that is gone ends when it is told to', async () => {
    const place = await createTestDatabase();
    const worker = new Worker({ databaseUrl: place.url, jobs: [job('one')], unitOfWork, log });
    await worker.open();
    await place.drop();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const started = performance.now();
    await worker.close();
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('has connections for as many jobs as its lanes work at once', async () => {
    const place = await createTestDatabase();
    const lines: string[] = [];
    const loud = createLog('warn', { write: (line) => void lines.push(line) });
    const wide = { ...job('wide'), lane: { name: 'wide', concurrency: 24 } };
    const jobs = [job('one'), wide];
    const worker = new Worker({ databaseUrl: place.url, jobs, unitOfWork, log: loud });
    await worker.open();
    await worker.close();
    // The queue itself warns of too few.
    expect(lines).toEqual([]);
    await place.drop();
  });

  it('does again what a worker that died had begun, and leaves alone what a living one has', async () => {
    const place = await createTestDatabase();
    const done: unknown[] = [];
    const run = (payload: unknown) => Promise.resolve(void done.push(payload));
    const parts = { databaseUrl: place.url, jobs: [{ name: 'one', run }], unitOfWork, log };
    const living = new pg.Client({ connectionString: place.url });
    await living.connect();
    await living.query(`select pg_advisory_lock(7301247, hashtext('living'))`);
    for (const worker of ['dead', 'living']) {
      await living.query(`select graphile_worker.add_job('one', to_json($1::text))`, [worker]);
      await living.query(
        `update graphile_worker._private_jobs set locked_by = $1, attempts = 1,
           locked_at = now() - interval '40 seconds' where locked_by is null`,
        [worker],
      );
    }
    const worker = new Worker(parts);
    await worker.open();
    await expect.poll(() => done, { timeout: 8_000 }).toEqual(['dead']);
    await living.end();
    await worker.close();
    await place.drop();
  });

  it('holds what it works at: nobody takes a long job for one that was left', async () => {
    const place = await createTestDatabase();
    const done = Promise.withResolvers<void>();
    const parts = { databaseUrl: place.url, jobs: [{ name: 'one', run: () => done.promise }] };
    const worker = new Worker({ ...parts, unitOfWork, log });
    await worker.open();
    const other = new pg.Client({ connectionString: place.url });
    await other.connect();
    await other.query(`select graphile_worker.add_job('one')`);
    const free = async () => {
      const { rows } = await other.query<{ free: boolean }>(
        `select pg_try_advisory_lock(7301247, hashtext(locked_by)) as free
         from graphile_worker._private_jobs where locked_by is not null`,
      );
      return rows;
    };
    await expect.poll(free).toEqual([{ free: false }]);
    done.resolve();
    await worker.close();
    await other.end();
    await place.drop();
  });

  it.each([
    ['goes well', () => Promise.resolve()],
    ['fails', () => Promise.reject(new Error('no'))],
  ])(
    'a job that %s while the database is away is done again when it is back',
    async (_how, end) => {
      const place = await createTestDatabase();
      const name = new URL(place.url).pathname.slice(1);
      const server = new URL(place.url);
      server.pathname = '/postgres';
      const admin = new pg.Client({ connectionString: server.href });
      await admin.connect();
      let times = 0;
      const run = async () => {
        times += 1;
        if (times > 1) return;
        await admin.query(`alter database "${name}" with allow_connections false`);
        await admin.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
          [name],
        );
        await end();
      };
      const worker = new Worker({
        ...{ databaseUrl: place.url, jobs: [{ name: 'one', run }], unitOfWork, log },
      });
      await worker.open();
      const asker = new pg.Client({ connectionString: place.url });
      asker.on('error', () => {});
      await asker.connect();
      await asker.query(`select graphile_worker.add_job('one')`);
      await expect.poll(() => times).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 500));
      await admin.query(`alter database "${name}" with allow_connections true`);
      await expect.poll(() => times, { timeout: 25_000 }).toBe(2);
      await worker.close();
      await admin.end();
      await place.drop();
    },
    40_000,
  );
});
