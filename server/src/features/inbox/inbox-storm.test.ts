import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inboxEvent, tell, watchInbox } from '../../../test/inbox.js';
import { acknowledged, speak } from '../../../test/raw-socket.js';
import type { Message } from '../../../test/raw-socket.js';
import { createTestServer } from '../../../test/server.js';
import type { Subscribed, TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let server: TestServer;
let other: TestServer;
let ada: Viewer;
let cookie: string;

beforeAll(async () => {
  server = await createTestServer();
  other = await createTestServer({ beside: server });
  ada = await server.app.signedIn();
  cookie = server.app.secretOf(ada);
});
afterAll(async () => {
  await other.close();
  await server.close();
});

const query = <Row>(sql: string, values: readonly unknown[] = []) =>
  server.app.unit(() => server.app.kernel.database.query<Row>(sql, values));

/** The same numbers in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

async function unreadRows(): Promise<number> {
  const [row] = await query<{ count: number }>(
    `select count(*)::int as count from notification where account_id = $1
       and read_at is null and dismissed_at is null and snoozed_until is null`,
    [ada.accountId],
  );
  return row!.count;
}

/** A minute by hand: STORM_SECONDS=60. */
const seconds = Number(process.env['STORM_SECONDS'] ?? 10);

describe(`twenty who change one inbox at once for ${seconds} seconds`, () => {
  const acts = ['markRead', 'markUnread', 'dismiss', 'restore', 'unsnooze'];

  const timeout = seconds * 1_000 + 60_000;

  it('break nothing, and every count is right afterwards', { timeout }, async () => {
    const ids = await tell(server.app, ['First'], ada);
    const watched = [server, other].flatMap((each) => [
      each.subscribe('subscription { unreadCount }', {}, { cookie }),
      each.subscribe(watchInbox, {}, { cookie }),
    ]);
    await Promise.all([watched[0]!.next(), watched[2]!.next()]);
    const faults: unknown[] = [];
    const end = Date.now() + seconds * 1_000;
    let calls = 0;
    const write = async (seed: number) => {
      const roll = dice(seed);
      const on = [server, other][seed % 2]!;
      while (Date.now() < end) {
        calls++;
        const some = Array.from({ length: 1 + roll(30) }, () => ids[roll(ids.length)]!);
        const act = roll(acts.length + 3);
        if (act === acts.length) ids.push(...(await tell(server.app, ['Another'], ada)));
        else {
          const text =
            act < acts.length
              ? `mutation ($ids: [ID!]!) { ${acts[act]!}(ids: $ids) { unreadCount } }`
              : act === acts.length + 1
                ? `mutation ($ids: [ID!]!, $until: DateTime!) { snooze(ids: $ids, until: $until) { unreadCount } }`
                : 'mutation { markAllRead { unreadCount } }';
          const until = new Date(server.app.clock.now().getTime() + 3_600_000).toISOString();
          const answer = await on.graphql(text, { ids: some, until }, { cookie });
          if (answer.errors) faults.push(answer.errors);
        }
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => write(index + 1)));
    expect(faults).toEqual([]);
    expect(calls).toBeGreaterThan(100);
    // The last word, so that every stream ends with it.
    await tell(server.app, ['The end'], ada);
    const rows = await unreadRows();
    const last = (each: Subscribed) => {
      const heard = each.heard.at(-1);
      return heard?.data!['unreadCount'] ?? (heard && inboxEvent(heard).unreadCount);
    };
    await expect.poll(() => watched.map(last), { timeout: 5_000 }).toEqual(Array(4).fill(rows));
    const { data } = await server.graphql(
      '{ me { unreadCount inbox { unreadCount } } }',
      {},
      { cookie },
    );
    expect(data).toEqual({ me: { unreadCount: rows, inbox: { unreadCount: rows } } });
    for (const each of watched) await each.stop();
  });
});

describe('a reader that stops reading', () => {
  const most = 25 * 1024 * 1024;
  const bodies = `subscription { inbox { __typename
    ... on NotificationAdded { position notification { title body } }
    ... on InboxReset { position } } }`;

  function memory(): number {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }

  /** Ten messages of ten kilobytes in one transaction, as their sender would write them. */
  const batch = (title: string) =>
    query(
      `with said as (
         insert into message (id, type, category, severity, texts, created_at)
         select gen_random_uuid(), 'admin.message', 'messages', 'INFO', json_build_object(
           'EN', json_build_object('title', $2::text, 'body', repeat('x', 10000))), now()
         from generate_series(1, 10) returning id, created_at), heard as (
         insert into notification (account_id, message_id, arrived)
         select $1, id, created_at from said)
       select pg_notify('gatehouse_live', json_build_object('topic', 'inbox', 'message',
         json_build_object('accountIds', json_build_array($1::text)))::text)`,
      [ada.accountId, title],
    );

  it('costs no memory, and is told everything or to read anew', { timeout: 60_000 }, async () => {
    const slow = speak(server.socket({ cookie }));
    await slow.hear(acknowledged);
    slow.subscribe('inbox', bodies);
    const quick = server.subscribe('subscription { unreadCount }', {}, { cookie });
    await quick.next();
    slow.wire.pause();
    const before = memory();
    for (let round = 0; round < 500; round++) {
      await batch(`Round ${round}`);
      // At the pace of a reader that reads: none is reset only because the writers were faster.
      await quick.next();
    }
    // Fifty megabytes were said meanwhile.
    expect(memory() - before).toBeLessThan(most);
    slow.wire.resume();
    const says = (message: Message, text: string) =>
      JSON.stringify(message.payload ?? null).includes(`"${text}"`);
    const caughtUp = await slow.hear(
      (message) => says(message, 'InboxReset') || says(message, 'Round 499'),
    );
    await tell(server.app, ['Afterwards'], ada);
    // A reset that waited to be read is followed by another, of what came after it.
    await slow.hear(
      (message) =>
        says(message, 'Afterwards') || (message !== caughtUp && says(message, 'InboxReset')),
    );
    slow.wire.terminate();
  });
});
