import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { Worker } from '../../transport/worker/worker.js';
import { Database } from '../database/database.js';
import { defineEvent, Events, on } from './events.js';
import { createLog } from '../log/log.js';
import { Outbox } from './outbox.js';
import type { Job } from './outbox.js';

const log = createLog('silent');
const greeted = defineEvent<{ name: string }>('person.greeted');

let place: TestDatabase;
let database: Database;
let outbox: Outbox;

beforeAll(async () => {
  place = await createTestDatabase();
  database = await Database.open({ url: place.url, entities: [], log });
  outbox = new Outbox(database);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});
beforeEach(() => database.queryApart('delete from graphile_worker._private_jobs'));

const waiting = () =>
  database.queryApart<{ task: string; payload: unknown; key: string | null; run_at: Date }>(
    `select j.task_identifier as task, p.payload, j.key, j.run_at from graphile_worker.jobs j
     join graphile_worker._private_jobs p using (id) order by id`,
  );

/** Runs the queue with these jobs while `work` lasts. */
async function withWorker(jobs: readonly Job[], work: () => Promise<void>): Promise<void> {
  const unitOfWork = <T>(run: () => Promise<T>) => database.unitOfWork(run);
  const worker = new Worker({ databaseUrl: place.url, jobs, unitOfWork, log });
  await worker.open();
  try {
    await work();
  } finally {
    await worker.close();
  }
}

describe('work asked for in a transaction', () => {
  it('is done after its commit, in a unit of work of its own', async () => {
    const done: unknown[] = [];
    const greet = {
      name: 'greet',
      run: async (payload: unknown) => {
        await database.query('select 1');
        done.push(payload);
      },
    };
    await withWorker([greet], async () => {
      await database.unitOfWork(() =>
        database.transaction(async () => {
          await outbox.add(greet, { name: 'Ada' });
          await new Promise((resolve) => setTimeout(resolve, 100));
          expect(done).toEqual([]);
        }),
      );
      await expect.poll(() => done, { timeout: 5_000 }).toEqual([{ name: 'Ada' }]);
    });
  });

  it('is not done when that is rolled back', async () => {
    const work = database.unitOfWork(() =>
      database.transaction(async () => {
        await outbox.add({ name: 'greet' }, {});
        throw new Error('no');
      }),
    );
    await expect(work).rejects.toThrow('no');
    expect(await waiting()).toEqual([]);
  });

  it('waits until its time, once for the same key', async () => {
    const runAt = new Date('2099-01-01T00:00:00Z');
    await database.unitOfWork(async () => {
      await outbox.add({ name: 'wake' }, { n: 1 }, { runAt, key: 'wake:1' });
      await outbox.add({ name: 'wake' }, { n: 2 }, { runAt, key: 'wake:1' });
      await outbox.add({ name: 'wake' }, { n: 3 }, { runAt, key: 'wake:2' });
      await outbox.addAll([]);
    });
    expect(await waiting()).toMatchObject([
      { task: 'wake', payload: { n: 2 }, key: 'wake:1', run_at: runAt },
      { task: 'wake', payload: { n: 3 }, key: 'wake:2', run_at: runAt },
    ]);
  });

  it('that fails is tried again, as often as it says', async () => {
    let tries = 0;
    const flaky = {
      name: 'flaky',
      maxAttempts: 2,
      run: async () => {
        tries++;
        throw new Error('not yet');
      },
    };
    await withWorker([flaky], async () => {
      await database.unitOfWork(() => outbox.add(flaky, {}));
      await expect.poll(() => tries, { timeout: 5_000 }).toBe(1);
      await database.queryApart('update graphile_worker._private_jobs set run_at = now()');
      await expect.poll(() => tries, { timeout: 5_000 }).toBe(2);
      const left = () =>
        database.queryApart(
          'select 1 from graphile_worker._private_jobs where attempts < max_attempts',
        );
      await expect.poll(left, { timeout: 5_000 }).toEqual([]);
    });
    expect(tries).toBe(2);
  });
});

describe('what happened', () => {
  it('is heard by each who listens, and again only by the one that failed', async () => {
    const heard: string[] = [];
    let fails = true;
    const events = new Events(outbox);
    events.register([
      on(greeted, 'steady', async ({ name }) => void heard.push(`steady ${name}`)),
      on(greeted, 'flaky', async ({ name }) => {
        heard.push(`flaky ${name}`);
        if (fails) throw new Error('not yet');
      }),
    ]);
    await withWorker(events.jobs(), async () => {
      await database.unitOfWork(() => events.emit(greeted, { name: 'Ada' }));
      await expect
        .poll(() => [...heard].sort(), { timeout: 5_000 })
        .toEqual(['flaky Ada', 'steady Ada']);
      fails = false;
      await expect
        .poll(
          async () => {
            await database.queryApart('update graphile_worker._private_jobs set run_at = now()');
            return [...heard].sort();
          },
          { timeout: 5_000 },
        )
        .toEqual(['flaky Ada', 'flaky Ada', 'steady Ada']);
      await expect.poll(waiting, { timeout: 5_000 }).toEqual([]);
    });
  });

  it('is no work when nobody listens', async () => {
    await database.unitOfWork(() => new Events(outbox).emit(greeted, { name: 'Ada' }));
    expect(await waiting()).toEqual([]);
  });

  it('cannot be listened to twice under one name', () => {
    const events = new Events(outbox);
    const subscriber = on(greeted, 'same', async () => {});
    expect(() => events.register([subscriber, subscriber])).toThrow('twice');
  });
});
