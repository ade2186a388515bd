import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { Notices } from '../notification/notices.js';

const people = 10_000;
let app: TestApp;
let bench: DeliveryBench;
beforeAll(async () => {
  app = await createTestApp();
  bench = new DeliveryBench(app);
  await bench.sql(
    `insert into account (id, username, email, email_canonical, created_at)
     select gen_random_uuid(), 'many' || n, 'many' || n || '@example.org', 'many' || n || '@example.org', $1
     from generate_series(1, ${people}) n`,
    [app.clock.now()],
  );
});
afterAll(() => app.close());

const waiting = () =>
  bench.sql<{ id: string; payload: unknown }>(
    `select j.id, j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = 'delivery.route' and j.attempts < j.max_attempts and j.locked_at is null`,
  );
const count = async (table: string) =>
  (await bench.sql<{ count: number }>(`select count(*)::int from ${table}`))[0]!.count;

it('a broadcast to ten thousand, cut short at 10, 50 and 90 %, reaches each exactly once', async () => {
  const send = () =>
    app.get(Notices).send({
      type: 'admin.message',
      texts: { EN: { title: 'Maintenance', body: '' } },
      audience: { everyone: true },
      broadcast: true,
    });
  const { recipients } = await app.unit(send);
  expect(recipients).toBe(people);
  expect(await count('notification')).toBe(people);
  expect(await count('delivery')).toBe(0);
  const job = app.house.jobs.find((each) => each.name === 'delivery.route')!;
  const cuts = new Set([2, 10, 18]);
  const cutShort = new Error('killed');
  for (let round = 0; round < 40; round++) {
    const [next] = await waiting();
    if (!next) break;
    // As the queue does: what runs is locked, so its successor is a job of its own.
    await bench.sql(
      `update graphile_worker._private_jobs set locked_by = 'test', locked_at = now() where id = $1`,
      [next.id],
    );
    const run = () => app.unit(() => job.run(next.payload));
    if (cuts.has(round)) {
      // Before the commit: nothing of the batch is there, nor its successor.
      const before = await count('delivery');
      const killed = app.unit(() =>
        app.kernel.database.transaction(async () => {
          await job.run(next.payload);
          throw cutShort;
        }),
      );
      await expect(killed).rejects.toBe(cutShort);
      expect(await count('delivery')).toBe(before);
      // After the commit and before the queue heard of it: the same batch comes again.
      await run();
    }
    await run();
    await bench.sql('delete from graphile_worker._private_jobs where id = $1', [next.id]);
  }
  expect(await waiting()).toEqual([]);
  const [once] = await bench.sql<{ people: number; rows: number; jobs: number }>(
    `select count(distinct account_id)::int as people, count(*)::int as rows,
       (select count(*)::int from graphile_worker._private_jobs where key like 'delivery:%') as jobs
     from delivery`,
  );
  expect(once).toEqual({ people, rows: people, jobs: people });
}, 60_000);

it('whatever is due has a job, or is given one', async () => {
  await bench.sql(`delete from graphile_worker._private_jobs`);
  await bench.sql(
    `delete from delivery where id not in (select id from delivery order by id limit 3)`,
  );
  const recover = app.house.jobs.find((each) => each.name === 'delivery.recover')!;
  await app.unit(() => recover.run({}));
  expect(await count('graphile_worker._private_jobs')).toBe(0);
  app.clock.advance(61_000);
  for (let round = 0; round < 2; round++) await app.unit(() => recover.run({}));
  expect(await count('graphile_worker._private_jobs')).toBe(3);
});

it('what a killed server leaves of a job that has a successor is cleared away, and not what was given up', async () => {
  await bench.sql('delete from delivery');
  await bench.sql(`delete from graphile_worker._private_jobs`);
  const { outbox } = app.kernel;
  const names = ['delivery.route', 'delivery.EMAIL'];
  const add = () =>
    app.unit(async () => {
      for (const name of names) await outbox.add({ name }, { id: 'x' }, { key: name });
    });
  const set = (what: string) => bench.sql(`update graphile_worker._private_jobs set ${what}`);
  // Each has begun and adds its successor; then its server is gone, and the lock is taken away.
  await add();
  await set(`locked_by = 'killed', locked_at = now()`);
  await add();
  await set(`locked_by = null, locked_at = null`);
  await app.unit(() => outbox.add({ name: 'delivery.route' }, {}, { key: 'given up' }));
  await bench.sql(
    `update graphile_worker._private_jobs set attempts = max_attempts where key = 'given up'`,
  );
  expect(await count('graphile_worker._private_jobs')).toBe(5);
  const recover = app.house.jobs.find((each) => each.name === 'delivery.recover')!;
  await app.unit(() => recover.run({}));
  const left = await bench.sql<{ key: string }>(
    `select key from graphile_worker._private_jobs order by id`,
  );
  expect(left.map(({ key }) => key)).toEqual([...names, 'given up']);
});
