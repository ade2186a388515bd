import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import { ServerProcess } from '../../../test/server-process.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import { Notices } from '../notification/notices.js';

const people = 10_000;
/** The others have switched mails off: rows that say so, and nothing to send. */
const wantMails = 150;
const most = 180_000;

let sink: SmtpSink;
let receiver: Receiver;
let app: TestApp;
let bench: DeliveryBench;
let running: ServerProcess | null = null;
beforeAll(async () => {
  sink = await SmtpSink.open();
  receiver = await openReceiver();
  app = await createTestApp({ SMTP_URL: sink.url, OUTBOUND_ALLOW: '127.0.0.1' });
  bench = new DeliveryBench(app);
  const ada = await app.signedIn();
  await app.graphql(
    'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }',
    { input: { url: receiver.url, events: ['*'] } },
    ada,
  );
  await bench.sql(
    `insert into account (id, username, email, email_canonical, created_at)
     select gen_random_uuid(), 'many' || n, 'many' || n || '@example.org', 'many' || n || '@example.org', $1
     from generate_series(2, ${people}) n`,
    [app.clock.now()],
  );
  await bench.sql(
    `insert into preference (account_id, type, channel, enabled)
     select id, 'admin.message', 'EMAIL', false from account order by id offset ${wantMails}`,
  );
});
afterAll(async () => {
  await running?.kill();
  await app.close();
  await receiver.close();
  await sink.close();
});

const one = async (sql: string) => (await bench.sql<{ count: number }>(sql))[0]!.count;
const written = () => one('select count(distinct account_id)::int as count from delivery');
/** Not those that were followed by the next batch already when their server was killed. */
const waiting = `select count(*)::int as count from graphile_worker._private_jobs
  where attempts < max_attempts or locked_at is not null`;
/** The queue leaves alone for a while what a process held; here that while is over. */
const later = () =>
  bench.sql(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'
     where locked_at is not null`,
  );

it(
  'a broadcast to ten thousand whose server is killed at 10, 50 and 90 % reaches each once',
  { timeout: most },
  async () => {
    app.clock.set(new Date());
    const { recipients, messageId } = await app.unit(() =>
      app.get(Notices).send({
        type: 'admin.message',
        texts: { EN: { title: 'Maintenance', body: '' } },
        audience: { everyone: true },
        broadcast: true,
      }),
    );
    expect(recipients).toBe(people);
    const cutAt: number[] = [];
    for (const part of [0.1, 0.5, 0.9]) {
      running = await ServerProcess.beside(app, {
        SMTP_URL: sink.url,
        OUTBOUND_ALLOW: '127.0.0.1',
      });
      while ((await written()) < part * people);
      await running.kill();
      cutAt.push(await written());
      await later();
    }
    // Each time in the middle, and not after the end.
    for (const count of cutAt) expect(count).toBeLessThan(people);
    expect(new Set(cutAt).size).toBe(3);
    const clock = setInterval(() => app.clock.set(new Date()), 100);
    await app.worker.open();
    await expect
      .poll(() => one(waiting), {
        timeout: 120_000,
        interval: 200,
      })
      .toBe(0);
    clearInterval(clock);

    const inboxes = `select count(*)::int as count from notification where message_id = '${messageId}'`;
    expect(await one(inboxes)).toBe(people);
    const rows = await bench.sql(
      `select channel, status, count(*)::int as rows, count(distinct account_id)::int as people
     from delivery group by 1, 2 order by 1, 2`,
    );
    expect(rows).toEqual([
      { channel: 'EMAIL', status: 'SENT', rows: wantMails, people: wantMails },
      {
        channel: 'EMAIL',
        status: 'SUPPRESSED',
        rows: people - wantMails,
        people: people - wantMails,
      },
      { channel: 'WEBHOOK', status: 'SENT', rows: 1, people: 1 },
    ]);
    const ids = Map.groupBy(sink.messages, (mail) => mail.envelopeTo[0]!);
    expect(ids.size).toBe(wantMails);
    for (const mails of ids.values())
      expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  },
);
