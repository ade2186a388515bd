import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openReceiver } from '../../../test/receiver.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';
import { Notices } from '../notification/notices.js';
import { Alerts } from './alerts.js';

let sink: SmtpSink;
let app: TestApp;
let ada: Viewer;
beforeEach(async () => {
  sink = await SmtpSink.open();
  app = await createTestApp({ SMTP_URL: sink.url, OUTBOUND_ALLOW: '127.0.0.1' });
  ada = await app.signedIn({ username: 'ada' });
  await sql(
    `insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)`,
    [ada.accountId, 'ada@second.example'],
  );
});
afterEach(async () => {
  await app.close();
  await sink.close();
});

const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
/** Something that is told to one address or two. */
const happen = (kind = 'passkey.removed') =>
  app.unit(() => app.get(Activities).record(ada, ada.accountId, kind, { name: 'Telephone' }));
const deliveries = () =>
  sql<{ target: string; status: string; attempts: number; reason: string | null }>(
    `select target, status, attempts, reason_text as reason from delivery
     where channel = 'EMAIL' order by target, created_at`,
  );
const inbox = async () => {
  const document = '{ me { inbox(first: 50) { nodes { title body } } } }';
  const { data } = await app.graphql(document, {}, ada);
  return (data as { me: { inbox: { nodes: { title: string; body: string }[] } } }).me.inbox.nodes;
};
/** The queue waits by the machine's clock: what it waits for comes now. */
const hurry = () => sql('update graphile_worker._private_jobs set run_at = now()');
const soon = (check: () => unknown, timeout = 20_000) =>
  vi.waitFor(check, { timeout, interval: 50 });
const settled = () =>
  soon(async () => {
    const waiting = await sql(
      'select 1 from graphile_worker._private_jobs where run_at <= now() or locked_at is not null',
    );
    expect(waiting).toEqual([]);
  });

describe('a mail server', { timeout: 60_000 }, () => {
  test('that cannot be reached for half an hour gets each mail once when it is back', async () => {
    const port = Number(new URL(sink.url).port);
    await sink.close();
    await app.worker.open();
    await happen();
    await soon(async () =>
      expect((await deliveries()).map(({ status }) => status)).toEqual(['RETRYING', 'RETRYING']),
    );
    const minute = 60_000;
    for (const minutes of [2, 8, 20]) {
      app.clock.advance(minutes * minute);
      await hurry();
      await settled();
    }
    expect((await deliveries()).map(({ attempts }) => attempts)).toEqual([4, 4]);
    sink = await SmtpSink.open({ port });
    app.clock.advance(37 * minute);
    await hurry();
    await soon(() => expect(sink.messages).toHaveLength(2));
    await settled();
    expect((await deliveries()).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
    const first = sink.messages[0];
    // When it was written, not when it left.
    expect(Date.parse(first!.date!)).toBeLessThan(app.clock.now().getTime() - 60 * minute);
  });

  test('that says "later" three times gets it then, under one id', async () => {
    await sql('delete from secondary_email');
    await app.worker.open();
    const later = { code: 451, text: '4.3.0 busy' };
    sink.script(later, later, later);
    await happen();
    for (const attempts of [1, 2, 3]) {
      await soon(async () =>
        expect(await deliveries()).toMatchObject([{ status: 'RETRYING', attempts }]),
      );
      await settled();
      app.clock.advance(20 * 60_000);
      await hurry();
    }
    await soon(() => expect(sink.messages).toHaveLength(1));
    await settled();
    expect(await deliveries()).toMatchObject([{ status: 'SENT', attempts: 4 }]);
  });

  test('that refuses one address for good still gets the copy for the other', async () => {
    sink.refuse('ada@example.org');
    await app.worker.open();
    await happen();
    await settled();
    await soon(() => expect(sink.messages).toHaveLength(1));
    await settled();
    expect(sink.messages[0]?.envelopeTo).toEqual(['ada@second.example']);
    const rows = await deliveries();
    expect(rows.map(({ status }) => status).sort()).toEqual(['FAILED', 'SENT']);
    expect(rows.find(({ status }) => status === 'FAILED')?.reason).toBe(
      '550 5.1.1 no such mailbox',
    );
  });

  test('that takes nothing for an hour is told of in the inbox, once, and by no mail', async () => {
    await sink.close();
    await app.worker.open();
    await happen();
    await soon(async () =>
      expect((await deliveries()).map(({ status }) => status)).toEqual(['RETRYING', 'RETRYING']),
    );
    const look = async (minutes: number) => {
      app.clock.advance(minutes * 60_000);
      const late = app.house.jobs.find(({ name }) => name === 'delivery.late')!;
      await app.unit(() => late.run({}));
      const all = await inbox();
      return all.filter(({ title }) => title === 'A security alert is late');
    };
    expect(await look(59)).toEqual([]);
    // To both of her addresses, which look alike masked only where their hosts are the same.
    const told = await look(1);
    expect(
      told.map(({ body }) => /to (\S+) has not been taken for an hour/.exec(body)?.[1]),
    ).toEqual(expect.arrayContaining(['a…@example.org', 'a…@second.example']));
    expect(told[0]?.body).toContain('ECONNREFUSED');
    expect(await look(1)).toHaveLength(2);
    expect(await deliveries()).toHaveLength(2);
    // What was taken at last is not late.
    await sql(`update delivery set status = 'SENT', next_attempt_at = null`);
    expect(await look(3_000)).toHaveLength(2);
  });

  test('that refuses an address for good is told of in the inbox, also after other mail', async () => {
    sink.refuse('ada@example.org');
    await app.worker.open();
    await app.unit(() =>
      app.get(Notices).send({
        type: 'admin.message',
        texts: { EN: { title: 'Hello', body: '' } },
        audience: { accountIds: [ada.accountId!] },
      }),
    );
    await settled();
    await happen();
    await settled();
    const titles = (await inbox()).map(({ title }) => title);
    expect(titles).toEqual(
      expect.arrayContaining(['E-mail does not reach you', 'A security alert did not reach you']),
    );
    await happen();
    await settled();
    const again = (await inbox()).filter(({ title }) => title.startsWith('A security alert'));
    expect(again).toHaveLength(1);
  });

  test('that falls silent after the mail keeps inbox and webhooks waiting for nothing', async () => {
    const receiver = await openReceiver();
    await app.graphql(
      'mutation ($input: WebhookInput!) { createWebhook(input: $input) { secret } }',
      { input: { url: `${receiver.url}/hook`, events: ['account.security'] } },
      ada,
    );
    sink.script('hang', 'hang', 'hang', 'hang', 'hang', 'hang');
    await app.worker.open();
    for (let time = 0; time < 3; time++) await happen();
    await soon(() => expect(sink.read).toBe(3));
    const started = performance.now();
    await happen('totp.enrolled');
    await soon(async () => {
      const titles = (await inbox()).map(({ title }) => title);
      expect(titles).toContain('Two-factor authentication was switched on');
    });
    await soon(() =>
      expect(receiver.received.map(({ body }) => body).join()).toContain('two_factor_changed'),
    );
    // Long before the first mail is given up.
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(sink.read).toBe(3);
    expect(sink.messages).toEqual([]);
    sink.cut();
    await receiver.close();
  });
});

test('alerts leave before other mail that waits longer', async () => {
  const others = await Promise.all(Array.from({ length: 9 }, () => app.signedIn()));
  await app.unit(() =>
    app.get(Notices).send({
      type: 'admin.message',
      texts: { EN: { title: 'News', body: '' } },
      audience: { accountIds: others.map(({ accountId }) => accountId!) },
    }),
  );
  await happen();
  const [told] = await sql<{ xid: string }>(
    `select a.xid::text as xid from alert_act a join activity_entry e on e.id = a.activity_id
     where e.kind = 'passkey.removed'`,
  );
  await app.unit(() => app.get(Alerts).tell(told!.xid));
  await app.worker.open();
  await soon(() => expect(sink.messages).toHaveLength(11));
  const first = sink.messages.slice(0, 6).map((mail) => mail.envelopeFrom);
  // Several are under way at once and overtake each other; those that waited longest would be last.
  expect(first.filter((from) => from === app.config.securityMailFrom)).toHaveLength(2);
});

test('what did not happen is not told', async () => {
  const before = await sql('select 1 from alert_act');
  const work = app.unit(() =>
    app.kernel.database.transaction(async () => {
      await app.get(Activities).record(ada, ada.accountId, 'passkey.removed');
      throw new Error('and then it failed');
    }),
  );
  await expect(work).rejects.toThrow('and then it failed');
  await app.unit(() => app.get(Activities).record(systemViewer, null, 'invite.created'));
  // What the making of the account noted, which is told to nobody either.
  expect(await sql('select 1 from alert_act')).toEqual(before);
  await app.worker.open();
  await settled();
  expect(await deliveries()).toEqual([]);
});

test('whoever deletes the account silences nothing that was on its way', async () => {
  const root = await app.signedIn({ permissions: ['admin.users'] });
  const port = Number(new URL(sink.url).port);
  await sink.close();
  await app.worker.open();
  const ask = (field: string) =>
    app.graphql(`mutation ($id: ID!) { ${field} }`, { id: ada.accountId }, root);
  await ask('setUserPassword(id: $id)');
  await soon(async () =>
    expect((await deliveries()).map(({ status }) => status)).toEqual(['RETRYING', 'RETRYING']),
  );
  await ask('deleteUser(id: $id)');
  expect(await deliveries()).toEqual([]);
  sink = await SmtpSink.open({ port });
  await soon(async () => {
    await hurry();
    const came = sink.messages.map((mail) => `${mail.subject} ${mail.envelopeTo.join()}`).sort();
    expect(came).toEqual(
      [
        '👤 An Administrator Changed Your Gatehouse Account',
        '🗑️ Your Gatehouse Account Was Deleted',
      ]
        .flatMap((subject) => [`${subject} ada@example.org`, `${subject} ada@second.example`])
        .sort(),
    );
  });
});
