import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

it('what was read or dismissed is kept for 180 days, and what was not for ever', async () => {
  const bench = new DeliveryBench(app);
  const ada = await app.signedIn();
  const days = async (title: string, set: string) => {
    const { messageId } = await bench.say(title, [ada]);
    await bench.sql('update message set created_at = $2 where id = $1', [messageId, long(400)]);
    await bench.sql(`update notification set ${set} where message_id = $1`, [messageId]);
  };
  const long = (count: number) => new Date(app.clock.now().getTime() - count * 86_400_000);
  const at = (count: number) => `'${long(count).toISOString()}'`;
  await days('unread', 'read_at = null');
  await days('read long ago', `read_at = ${at(181)}`);
  await days('read', `read_at = ${at(179)}`);
  await days('dismissed long ago', `dismissed_at = ${at(181)}`);
  await days('read long ago, dismissed later', `read_at = ${at(181)}, dismissed_at = ${at(10)}`);
  await days('snoozed', `read_at = ${at(181)}, snoozed_until = ${at(-1)}`);
  const job = app.house.jobs.find((each) => each.name === 'notification.sweep')!;
  await app.unit(() => job.run({}));
  const left = await bench.sql<{ title: string }>(
    `select m.texts->'EN'->>'title' as title from message m order by m.id`,
  );
  expect(left.map(({ title }) => title)).toEqual([
    'unread',
    'read',
    'read long ago, dismissed later',
    'snoozed',
  ]);
  expect(await bench.sql('select 1 from notification')).toHaveLength(4);
});
