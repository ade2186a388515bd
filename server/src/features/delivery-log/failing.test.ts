import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { NotTaken } from '../delivery/channel.js';
import { Destinations } from '../delivery/destinations.js';

let sink: SmtpSink;
let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  sink = await SmtpSink.open();
  app = await createTestApp({ SMTP_URL: sink.url });
  bench = new DeliveryBench(app);
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
  await bench.clear();
});

const say = (
  title: string,
  { viewers = [ada], ...how }: Parameters<DeliveryBench['say']>[2] & { viewers?: Viewer[] } = {},
) => bench.say(title, viewers, how);
const work = () => bench.work();
const set = (changes: object[]) => bench.set(ada, changes);
const shown = (viewer = ada) => bench.shown(viewer);

describe('a channel that fails', () => {
  it('is told by another one, once, and what was given up can be sent again', async () => {
    sink.refuse(`${ada.name}@example.org`);
    await say('one');
    await work();
    app.clock.advance(61_000);
    await say('two', { type: 'alert.cpu' });
    await work();
    const inbox = await shown();
    const failing = inbox.filter((each) => each.title === 'E-mail does not reach you');
    expect(failing).toHaveLength(1);
    expect(failing[0]!.deliveries.find((each) => each.channel === 'EMAIL')).toMatchObject({
      status: 'SUPPRESSED',
    });
    const failed = inbox.find((each) => each.title === 'one')!.deliveries[1]!;
    expect(failed).toMatchObject({ status: 'FAILED', reason: '550 5.1.1 no such mailbox' });
    const again = () =>
      app.graphql(
        'mutation ($id: ID!) { redeliver(deliveryId: $id) { id status attempts } }',
        { id: failed.id },
        ada,
      );
    expect((await again()).data).toMatchObject({ redeliver: { status: 'PENDING', attempts: 1 } });
    expect(refusalOf(await again())?.code).toBe('CONFLICT');
    const stranger = await app.signedIn();
    expect(
      refusalOf(
        await app.graphql(
          'mutation ($id: ID!) { redeliver(deliveryId: $id) { id } }',
          { id: failed.id },
          stranger,
        ),
      ),
    ).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('whose destination is gone is switched off; one that asks all to wait is left alone', async () => {
    let answer: NotTaken | null = null;
    const sent: string[] = [];
    bench.register({
      name: 'SIGNAL',
      concurrency: 1,
      send: (_: never, message) => {
        if (answer) return Promise.reject(answer);
        sent.push(message.title);
        return Promise.resolve({ statusCode: 201, request: null, response: null });
      },
      preview: ({ title, body }) => ({ title, text: body, html: null }),
    });
    const number = { accountId: ada.accountId!, channel: 'SIGNAL', kind: 'number' } as const;
    const put = () =>
      app.unit(() => app.get(Destinations).put({ ...number, target: '+39…12', value: {} }));
    await set([{ type: 'alert.disk', channel: 'SIGNAL', enabled: true }]);
    const tell = async (title: string) => {
      app.clock.advance(61_000);
      await say(title, { type: 'alert.disk' });
      await work();
      const [row] = await bench.sql<{
        status: string;
        reason_code: string | null;
        next_attempt_at: Date;
      }>(
        `select status, reason_code, next_attempt_at from delivery where channel = 'SIGNAL'
         order by created_at desc limit 1`,
      );
      return row!;
    };
    expect(await tell('nowhere')).toMatchObject({
      status: 'SUPPRESSED',
      reason_code: 'noDestination',
    });
    await put();
    expect(await tell('here')).toMatchObject({ status: 'SENT' });
    answer = new NotTaken('Slow down.', { retryAfter: 90, wholeChannel: true });
    const waits = await tell('limited');
    expect(waits.status).toBe('RETRYING');
    expect(waits.next_attempt_at.getTime() - app.clock.now().getTime()).toBeGreaterThanOrEqual(
      90_000,
    );
    answer = null;
    expect(await tell('behind')).toMatchObject({ status: 'PENDING', reason_code: 'paused' });
    app.clock.advance(120_000);
    await work();
    expect(sent).toEqual(expect.arrayContaining(['here', 'limited', 'behind']));
    answer = new NotTaken('This number is not on Signal any more.', { gone: true });
    expect(await tell('gone')).toMatchObject({ status: 'FAILED' });
    answer = null;
    expect(await tell('off')).toMatchObject({ status: 'SUPPRESSED', reason_code: 'disabled' });
    expect(
      await app.unit(() => app.get(Destinations).list(ada.accountId!, 'SIGNAL')),
    ).toMatchObject([{ disabledReason: 'This number is not on Signal any more.' }]);
    expect(sent).not.toContain('off');
  });
});
