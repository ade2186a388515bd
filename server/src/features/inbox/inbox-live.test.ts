import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inboxEvent, numbered, tell, tellAtOnce, watchInbox } from '../../../test/inbox.js';
import { createTestServer } from '../../../test/server.js';
import type { Subscribed, TestServer } from '../../../test/server.js';
import { encodeCursor } from '../../kernel/page/page.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let server: TestServer;
/** Another server over the same database. */
let other: TestServer;
let ada: Viewer;
let cookie: string;
const open: Subscribed[] = [];

beforeAll(async () => {
  server = await createTestServer();
  other = await createTestServer({ beside: server });
});
afterAll(async () => {
  await other.close();
  await server.close();
});
beforeEach(async () => {
  ada = await server.app.signedIn();
  cookie = server.app.secretOf(ada);
});
afterEach(async () => {
  server.app.clock.set(new Date());
  for (const each of open.splice(0)) await each.stop();
});

function watch(after: string | null = null, as = { cookie }, on = server): Subscribed {
  const subscribed = on.subscribe(watchInbox, { after }, as);
  open.push(subscribed);
  return subscribed;
}

/** Open and heard of by the server: what happens from here on is heard. */
async function watching(as = { cookie }, on = server): Promise<Subscribed> {
  const { data } = await on.graphql('{ me { inbox { position } } }', {}, as);
  const { position } = (data!['me'] as { inbox: { position: string } }).inbox;
  return watch(position, as, on);
}

const position = async () => {
  const { data } = await server.graphql('{ me { inbox { position } } }', {}, { cookie });
  return (data!['me'] as { inbox: { position: string } }).inbox.position;
};

async function next(subscribed: Subscribed) {
  return inboxEvent(await subscribed.next());
}

async function take(subscribed: Subscribed, count: number) {
  const events = [];
  for (let round = 0; round < count; round++) events.push(await next(subscribed));
  return events;
}

const titles = (events: { notification: { title: string } }[]) =>
  events.map((event) => event.notification.title);

const act = (text: string, ids: readonly string[], as = { cookie }) =>
  server.graphql(`mutation ($ids: [ID!]!) { ${text}(ids: $ids) { unreadCount } }`, { ids }, as);

/** Nothing else comes: what is sent afterwards is the next that is heard. */
async function expectNothingBefore(subscribed: Subscribed, title: string) {
  await tell(server.app, [title], ada);
  expect((await next(subscribed)).notification.title).toBe(title);
}

describe('a broadcast', () => {
  it('shows in every tab of everybody, on every server, with the count of each', async () => {
    const { app } = server;
    const grace = await app.signedIn({ permissions: ['admin.notifications'] });
    const other2 = { cookie: app.secretOf(grace) };
    await tell(app, ['One more for Grace'], grace);
    const tabs = [await watching(), await watching({ cookie }, other)];
    const hers = await watching(other2, other);
    const started = performance.now();
    const send = 'mutation { broadcast(input: { title: "Hello", body: "all" }) { recipients } }';
    await server.graphql(send, {}, other2);
    for (const tab of tabs) {
      expect(await next(tab)).toMatchObject({ unreadCount: 1, notification: { title: 'Hello' } });
    }
    expect(await next(hers)).toMatchObject({ unreadCount: 2, notification: { title: 'Hello' } });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('that is read here is read in every other tab', async () => {
    const [id] = await tell(server.app, ['Read me'], ada);
    const there = await watching({ cookie }, other);
    await act('markRead', [id!]);
    expect(await next(there)).toMatchObject({ change: 'READ', ids: [id], unreadCount: 0 });
    await act('markRead', [id!]);
    await act('dismiss', [id!]);
    expect(await next(there)).toMatchObject({ change: 'DISMISSED', ids: [id], unreadCount: 0 });
    await act('restore', [id!]);
    expect(await next(there)).toMatchObject({ change: 'RESTORED', ids: [id] });
    await act('markUnread', [id!]);
    expect(await next(there)).toMatchObject({ change: 'UNREAD', ids: [id], unreadCount: 1 });
  });

  it('of one’s own is not heard by others', async () => {
    const grace = await server.app.signedIn();
    const hers = await watching({ cookie: server.app.secretOf(grace) });
    await tell(server.app, ['For Ada'], ada);
    await tell(server.app, ['For Grace'], grace);
    expect((await next(hers)).notification.title).toBe('For Grace');
  });
});

describe('a lost connection', () => {
  it('in the middle of a hundred messages loses none, doubles none, and keeps the order', async () => {
    const first = await watching();
    const sending = tell(server.app, numbered('Message', 100), ada);
    const before = await take(first, 30);
    first.cut();
    const second = watch(before.at(-1)!.position, { cookie }, other);
    const after = await take(second, 70);
    await sending;
    expect(titles([...before, ...after])).toEqual(numbered('Message', 100));
    expect(after.at(-1)!.unreadCount).toBe(100);
    await expectNothingBefore(second, 'The next one');
  });

  it.each([1, 7, 19, 20])(
    'after %i of twenty of one batch continues with the rest',
    async (told) => {
      const start = await position();
      await tellAtOnce(server.app, numbered('Batch', 20), ada);
      const first = watch(start);
      const before = await take(first, told);
      first.cut();
      const second = watch(before.at(-1)!.position);
      const after = await take(second, 20 - told);
      expect(titles([...before, ...after])).toEqual(numbered('Batch', 20));
      await expectNothingBefore(second, 'The next one');
    },
  );

  it('is caught up with what changed meanwhile, each row once and as it is now', async () => {
    const [read, gone, both] = await tell(server.app, ['Read', 'Gone', 'Both'], ada);
    const start = await position();
    await act('markRead', [read!, both!]);
    await act('dismiss', [gone!]);
    await act('markUnread', [both!]);
    const [late] = await tell(server.app, ['Late'], ada);
    await act('markRead', [late!]);
    const events = await take(watch(start), 4);
    expect(events.map((event) => event.change ?? event.notification)).toEqual([
      'READ',
      'DISMISSED',
      'UNREAD',
      expect.objectContaining({ title: 'Late', readAt: expect.any(String) as string }),
    ]);
    expect(events.map((event) => event.ids)).toEqual([[read], [gone], [both], undefined]);
    expect(new Set(events.map((event) => event.unreadCount))).toEqual(new Set([1]));
  });

  it('tells what one act changed in one event', async () => {
    const ids = await tell(server.app, numbered('Many', 5), ada);
    const start = await position();
    await act('markRead', ids);
    const event = await next(watch(start));
    expect(event).toMatchObject({ change: 'READ', unreadCount: 0 });
    expect([...event.ids].sort()).toEqual([...ids].sort());
  });

  it('is caught up with rows whose transaction began first and ended last', async () => {
    const slow = new pg.Client({ connectionString: server.app.databaseUrl });
    await slow.connect();
    await slow.query('begin');
    await slow.query('select pg_current_xact_id()');
    const start = await position();
    const watched = watch(start);
    await tell(server.app, ['Quick'], ada);
    expect((await next(watched)).notification.title).toBe('Quick');
    // The same as Notices.send, within the transaction that began before all others.
    await slow.query(
      `with said as (
         insert into message (id, type, category, severity, texts, created_at)
         values (gen_random_uuid(), 'admin.message', 'messages', 'INFO',
           '{"EN": {"title": "Slow", "body": ""}}', now()) returning id, created_at)
       insert into notification (account_id, message_id, arrived)
       select $1, id, created_at from said`,
      [ada.accountId],
    );
    await slow.query(`select pg_notify('gatehouse_live', $1)`, [
      JSON.stringify({ topic: 'inbox', message: { accountIds: [ada.accountId] } }),
    ]);
    await tell(server.app, ['Quick as well'], ada);
    expect((await next(watched)).notification.title).toBe('Quick as well');
    watched.cut();
    const before = await position();
    await slow.query('commit');
    await slow.end();
    const [event] = await take(watch(before), 1);
    expect(event!.notification.title).toBe('Slow');
    const whole = await take(watch(start), 3);
    expect(new Set(titles(whole))).toEqual(new Set(['Quick', 'Slow', 'Quick as well']));
  });
});

describe('a position that says nothing', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const now = () => server.app.clock.now().getTime();

  it.each([
    ['nonsense', () => 'hello'],
    ['an empty one', () => ''],
    ['one of a list', () => encodeCursor(['2026-01-01T00:00:00Z', ada.accountId!])],
    ['one of another database, or of before a restart', () => encode(`1|1:1:|${now()}`)],
    ['one that was tampered with', () => encode(`1|5:3:|${now()}`)],
    ['one that lists what is not running', () => encode(`1|10:20:25,15|${now()}`)],
    ['one of half a batch, tampered with', () => encode(`1|1:1:|${now()}|1:1:|1|x`)],
  ])('(%s) has the client read anew, then goes on', async (_name, text) => {
    const [id] = await tell(server.app, ['Before'], ada);
    const watched = watch(text());
    expect(await next(watched)).toMatchObject({ __typename: 'InboxReset', unreadCount: 1 });
    await act('markRead', [id!]);
    expect(await next(watched)).toMatchObject({ change: 'READ', unreadCount: 0 });
  });

  it('is also one older than a day', async () => {
    const old = await position();
    server.app.clock.advance(86_400_000 + 1);
    expect(await next(watch(old))).toMatchObject({ __typename: 'InboxReset' });
  });

  it('is also one since which more than 500 rows changed', { timeout: 60_000 }, async () => {
    const start = await position();
    await tellAtOnce(server.app, numbered('Crowd', 500), ada);
    const enough = await take(watch(start), 500);
    expect(titles(enough)).toEqual(numbered('Crowd', 500));
    await tell(server.app, ['One too many'], ada);
    const reset = await next(watch(start));
    expect(reset).toMatchObject({ __typename: 'InboxReset', unreadCount: 501 });
    await expectNothingBefore(watch(reset.position), 'After the reset');
  });

  it('is one of somebody else no more than anybody’s: it tells of one’s own inbox only', async () => {
    const grace = await server.app.signedIn();
    const foreign = await position();
    await tell(server.app, ['For Ada'], ada);
    await tell(server.app, ['For Grace'], grace);
    const hers = watch(foreign, { cookie: server.app.secretOf(grace) });
    expect((await next(hers)).notification.title).toBe('For Grace');
  });
});

describe('the unread count', () => {
  const unread = 'subscription { unreadCount }';
  const count = async (subscribed: Subscribed) => (await subscribed.next()).data!['unreadCount'];

  it('comes at once and on every change, and only then', async () => {
    const [first] = await tell(server.app, ['One', 'Two'], ada);
    const bell = server.subscribe(unread, {}, { cookie });
    open.push(bell);
    expect(await count(bell)).toBe(2);
    await act('markRead', [first!]);
    expect(await count(bell)).toBe(1);
    // Already read: dismissing it changes the inbox, but not the count.
    await act('dismiss', [first!]);
    await tell(server.app, ['Three'], ada);
    expect(await count(bell)).toBe(2);
    await server.graphql('mutation { markAllRead { unreadCount } }', {}, { cookie });
    expect(await count(bell)).toBe(0);
  });
});

describe('a server that loses its ear', () => {
  it('hears what was said meanwhile once it listens again', async () => {
    const watched = await watching({ cookie }, other);
    await tell(server.app, ['Before'], ada);
    expect((await next(watched)).notification.title).toBe('Before');
    await server.app.unit(() =>
      server.app.kernel.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like 'listen %' or query = 'select 1'`,
      ),
    );
    await tell(server.app, ['Meanwhile'], ada);
    expect((await next(watched)).notification.title).toBe('Meanwhile');
    await tell(server.app, ['After'], ada);
    expect((await next(watched)).notification.title).toBe('After');
  });
});
