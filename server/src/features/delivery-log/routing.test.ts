import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Notices } from '../notification/notices.js';

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

const sql: DeliveryBench['sql'] = (text, values) => bench.sql(text, values);
const say = (
  title: string,
  { viewers = [ada], ...how }: Parameters<DeliveryBench['say']>[2] & { viewers?: Viewer[] } = {},
) => bench.say(title, viewers, how);
const work = () => bench.work();
const rows = () => bench.rows();
const set = (changes: object[]) => bench.set(ada, changes);
const shown = (viewer = ada) => bench.shown(viewer);

describe('a message', () => {
  it('goes where its type goes, and everybody sees where and why not', async () => {
    await say('Hello');
    expect(await rows()).toMatchObject([
      { channel: 'EMAIL', status: 'PENDING', target: 'p…@example.org' },
    ]);
    await work();
    expect(sink.messages.map((mail) => mail.subject)).toEqual(['Gatehouse: Hello']);
    const { deliveries } = (await shown())[0]!;
    expect(deliveries).toMatchObject([
      { channel: 'IN_APP', status: 'SENT', reason: null },
      {
        channel: 'EMAIL',
        status: 'SENT',
        tries: [{ ok: true, statusCode: 250 }],
        notification: { title: 'Hello' },
      },
      {
        channel: 'DISCORD',
        status: 'SUPPRESSED',
        reason:
          'This channel is off for this type. You can switch it on in the notification settings.',
      },
      { channel: 'SIGNAL', status: 'SUPPRESSED' },
    ]);
  });

  it('is kept from a channel that was switched off, with a word, and from the inbox without a row', async () => {
    await set([
      { type: 'admin.message', channel: 'EMAIL', enabled: false },
      { type: 'admin.message', channel: 'IN_APP', enabled: false },
      { type: 'admin.message', channel: 'DISCORD', enabled: true },
    ]);
    const grace = await app.signedIn();
    expect((await say('Hello', { viewers: [ada, grace] })).recipients).toBe(2);
    await work();
    expect(sink.messages.map((mail) => mail.envelopeTo[0])).toEqual([`${grace.name}@example.org`]);
    expect(await shown()).toEqual([]);
    expect(await shown(grace)).toHaveLength(1);
    expect(await rows()).toMatchObject([
      { channel: 'DISCORD', status: 'SUPPRESSED' },
      { channel: 'EMAIL', status: 'SENT' },
      { channel: 'EMAIL', status: 'SUPPRESSED', reason_code: 'preference' },
    ]);
    const { data } = await app.graphql(
      '{ me { notificationSettings { deliveries(status: SUPPRESSED, channel: EMAIL) { nodes { type reason notification { id } } } } } }',
      {},
      { ...ada, locale: 'IT' },
    );
    expect(JSON.stringify(data)).toContain('Hai disattivato questo canale');
  });

  it('is written once however often its routing is done again', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => app.signedIn()));
    await say('Hello', { viewers: people });
    const before = await sql<{ id: string }>('select id from delivery order by id');
    expect(before).toHaveLength(3);
    const [job] = app.house.jobs.filter((each) => each.name === 'delivery.route');
    const [message] = await sql<{ id: string }>('select message_id as id from delivery limit 1');
    const said = {
      messageId: message!.id,
      type: 'admin.message',
      severity: 'INFO',
      audience: { accountIds: people.map((each) => each.accountId) },
      recipients: 3,
      activityId: null,
      without: [],
    };
    await app.unit(() => job!.run({ said, after: null, until: app.clock.now().toISOString() }));
    expect(await sql('select id from delivery order by id')).toEqual(before);
  });

  it('never leaves when what caused it was undone', async () => {
    const undone = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Notices).send({
          type: 'admin.message',
          texts: { EN: { title: 'Hello', body: '' } },
          audience: { accountIds: [ada.accountId!] },
        });
        throw new Error('undone');
      }),
    );
    await expect(undone).rejects.toThrow('undone');
    expect(await rows()).toEqual([]);
  });
});

describe('a burst', () => {
  it('sends the first at once and the rest of the minute as one', async () => {
    for (const title of ['one', 'two', 'three', 'four']) {
      await say(title);
      await work();
    }
    expect(sink.messages.map((mail) => mail.subject)).toEqual(['Gatehouse: one']);
    const [, waiting] = (await shown())[0]!.deliveries;
    expect(waiting!.status).toBe('PENDING');
    expect(waiting!.reason).toContain('Waits a moment');
    app.clock.advance(60_000);
    await work();
    expect(sink.messages).toHaveLength(2);
    expect(sink.messages[1]!.subject).toBe('Gatehouse: 3 × Messages from the administrators');
    expect(sink.messages[1]!.text).toContain('• two\n• three\n• four');
    expect((await rows()).every((row) => row['status'] === 'SENT')).toBe(true);
    expect(await shown()).toHaveLength(4);
    app.clock.advance(1_000);
    await say('five');
    await work();
    expect(sink.messages).toHaveLength(3);
  });

  it('of one type keeps no other type, nor another person', async () => {
    const grace = await app.signedIn();
    await say('one');
    await say('other', { type: 'alert.cpu' });
    await say('hers', { viewers: [grace] });
    await work();
    expect(sink.messages).toHaveLength(3);
  });
});

describe('quiet hours', () => {
  const quiet = (input: object | null, viewer = ada) =>
    app.graphql(
      `mutation ($input: QuietHoursInput) { setQuietHours(input: $input) { quietHours { from to } } }`,
      { input },
      viewer,
    );

  it('hold what is not critical until they end, and then it leaves as one', async () => {
    app.clock.set(new Date('2027-01-10T23:00:00Z'));
    expect((await quiet({ from: '22:00', to: '07:00' })).data).toEqual({
      setQuietHours: { quietHours: { from: '22:00', to: '07:00' } },
    });
    for (const title of ['one', 'two']) await say(title);
    await say('fire', { type: 'alert.disk', severity: 'CRITICAL' });
    await work();
    expect(sink.messages.map((mail) => mail.subject)).toEqual(['Gatehouse: fire']);
    const [held] = await sql(
      `select reason_code, next_attempt_at from delivery where type = 'admin.message'`,
    );
    expect(held).toEqual({
      reason_code: 'quietHours',
      next_attempt_at: new Date('2027-01-11T07:00:00Z'),
    });
    app.clock.set(new Date('2027-01-11T06:59:59Z'));
    await work();
    expect(sink.messages).toHaveLength(1);
    app.clock.set(new Date('2027-01-11T07:00:00Z'));
    await work();
    expect(sink.messages[1]!.text).toContain('• one\n• two');
    expect(sink.messages).toHaveLength(2);
  });

  it.each([
    [{ from: '24:00', to: '07:00' }, 'from'],
    [{ from: '22:00', to: '7:00' }, 'to'],
    [{ from: '22:00', to: '22:00' }, 'to'],
  ])('%j are refused', async (input, field) => {
    expect(refusalOf(await quiet(input))).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await sql('select * from quiet_hours where account_id = $1', [ada.accountId])).toEqual(
      [],
    );
  });
});
