import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Deliveries } from './deliveries.js';
import { DeliveryTries } from '../dispatch/delivery-tries.js';

let sink: SmtpSink;
let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  sink = await SmtpSink.open();
  app = await createTestApp({ SMTP_URL: sink.url });
});
afterAll(async () => {
  await app.close();
  await sink.close();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterEach(async () => {
  sink.messages.length = 0;
  await sql('delete from delivery');
  await sql('delete from graphile_worker._private_jobs');
});

const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const mail: Mail = {
  id: 'any',
  kind: 'alert.test',
  to: { address: 'nobody@example.org', name: 'ada' },
  from: 'security',
  locale: 'EN',
  subject: 'Your password was changed',
  blocks: [{ kind: 'paragraph', text: 'It was.' }],
};
const alertTo = (to: string, activityId: string = randomUUID()) => ({
  accountId: ada.accountId!,
  type: 'account.security',
  activityId,
  to,
  mail,
  essential: true,
});
const add = (activityId: string = randomUUID(), to = 'ada@example.org') =>
  app.unit(() => app.get(Deliveries).addMail(alertTo(to, activityId)));
const job = () =>
  app
    .get(DeliveryTries)
    .jobs()
    .find((each) => each.name === 'delivery.EMAIL')!;
const attempt = (id: string) => app.unit(() => job().run({ id }));
const read = async (id: string) => (await sql('select * from delivery where id = $1', [id]))[0]!;
const jobs = () =>
  sql<{ payload: { id: string }; run_at: Date; priority: number }>(
    // Whoever made the account is told, too: by jobs of their own.
    `select j.payload, j.run_at, j.priority from graphile_worker._private_jobs j
     join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier like 'delivery.%'`,
  );

describe('a mail of an alert', () => {
  it('arrives under the id of its delivery, whose target is masked and which is sealed', async () => {
    const id = await add();
    const waiting = await read(id);
    expect(waiting).toMatchObject({ status: 'PENDING', target: 'a…@example.org', attempts: 0 });
    expect(JSON.stringify(waiting)).not.toContain('ada@example.org');
    expect(await jobs()).toMatchObject([{ payload: { id }, priority: -10 }]);
    await attempt(id);
    expect(sink.messages).toHaveLength(1);
    expect(sink.messages[0]).toMatchObject({
      messageId: `<${id}@localhost>`,
      envelopeTo: ['ada@example.org'],
      subject: 'Your password was changed',
    });
    expect(await read(id)).toMatchObject({ status: 'SENT', attempts: 1, next_attempt_at: null });
    expect(await sql('select * from delivery_try')).toMatchObject([
      { number: 1, ok: true, status_code: 250, error: null },
    ]);
  });

  it('goes once for an activity to an address, however often it is asked for', async () => {
    const activity = randomUUID();
    const id = await add(activity);
    expect(await add(activity)).toBe(id);
    expect(await add(activity, 'second@example.org')).not.toBe(id);
    expect(await jobs()).toHaveLength(2);
    await attempt(id);
    await attempt(id);
    expect(sink.messages).toHaveLength(1);
  });

  it('that is refused for now is tried again by the schedule, under the same id', async () => {
    const id = await add();
    const busy = { code: 451, text: '4.3.0 busy' };
    sink.script(busy, busy, busy);
    const minutes: number[] = [];
    for (let round = 1; round <= 3; round++) {
      await attempt(id);
      const row = await read(id);
      expect(row).toMatchObject({ status: 'RETRYING', attempts: round });
      expect(row['reason_text']).toContain('451 4.3.0 busy');
      const next = row['next_attempt_at'] as Date;
      minutes.push((next.getTime() - app.clock.now().getTime()) / 60_000);
      // Too early: nothing is tried, and nothing counted.
      await attempt(id);
      expect((await read(id))['attempts']).toBe(round);
      app.clock.set(next);
    }
    for (const [index, least] of [1, 5, 15].entries()) {
      expect(minutes[index]).toBeGreaterThanOrEqual(least);
      expect(minutes[index]).toBeLessThanOrEqual(least * 1.2);
    }
    await attempt(id);
    expect(sink.messages.map((came) => came.messageId)).toEqual([`<${id}@localhost>`]);
    expect(await read(id)).toMatchObject({ status: 'SENT', attempts: 4 });
  });

  it('that is refused for good is given up at once', async () => {
    const id = await add(undefined, 'gone@example.org');
    sink.refuse('gone@example.org');
    await attempt(id);
    expect(await read(id)).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      next_attempt_at: null,
      reason_text: '550 5.1.1 no such mailbox',
    });
    expect(sink.messages).toEqual([]);
  });

  it('is never sent for what was rolled back', async () => {
    const rolledBack = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Deliveries).addMail(alertTo('ada@example.org'));
        throw new Error('changed my mind');
      }),
    );
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await sql('select id from delivery')).toEqual([]);
    expect(await jobs()).toEqual([]);
  });
});
