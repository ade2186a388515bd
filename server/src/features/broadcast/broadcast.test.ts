import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import { newId } from '../../kernel/id.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Broadcasts } from './broadcasts.js';

let app: TestApp;
let host: Viewer;
let ada: Viewer;
let gone: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  host = await app.signedIn({ username: 'host', permissions: ['admin.notifications'] });
  ada = await app.signedIn({ username: 'ada' });
  gone = await app.signedIn({ username: 'gone' });
  await run(`update account set disabled_at = now() where username = 'gone'`);
});
beforeEach(async () => {
  await run('delete from message');
  await run('delete from idempotency_key');
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const message = { title: 'Tonight', body: 'From 22:00.', translations: [] };
const fields = 'id title body severity createdAt recipients read';
const broadcast = (input: object = {}, viewer = host) =>
  app.graphql(
    `mutation ($input: BroadcastInput!) { broadcast(input: $input) { ${fields} } }`,
    { input: { ...message, ...input } },
    viewer,
  );
const notify = (userIds: readonly string[], input: object = {}, viewer = host) =>
  app.graphql(
    'mutation ($input: NotifyUsersInput!) { notifyUsers(input: $input) }',
    { input: { ...message, ...input, userIds } },
    viewer,
  );
const told = () =>
  run(`select a.username from notification n join account a on a.id = n.account_id order by 1`);
type Row = Record<string, unknown> & { id: string };

describe('a broadcast', () => {
  test('reaches everyone who is not disabled', async () => {
    const { data } = await broadcast();
    expect(data!['broadcast']).toMatchObject({
      title: 'Tonight',
      body: 'From 22:00.',
      severity: 'INFO',
      recipients: 2,
      read: 0,
    });
    expect(await told()).toEqual([{ username: 'ada' }, { username: 'host' }]);
  });

  test('reaches those with a role', async () => {
    expect((await broadcast({ role: 'ADMIN' })).data).toMatchObject({
      broadcast: { recipients: 1 },
    });
    expect(await told()).toEqual([{ username: 'host' }]);
  });

  test('reaches as many as the audience said', async () => {
    const query = `{ admin { audience users: audience(role: USER) admins: audience(role: ADMIN) } }`;
    expect((await app.graphql(query, {}, host)).data).toEqual({
      admin: { audience: 2, users: 1, admins: 1 },
    });
  });

  test('counts who has read it', async () => {
    const { id } = (await broadcast()).data!['broadcast'] as Row;
    await app.graphql(
      'mutation ($ids: [ID!]!) { markRead(ids: $ids) { unreadCount } }',
      { ids: [id] },
      ada,
    );
    const { data } = await app.graphql(
      '{ admin { broadcasts { nodes { id recipients read } } } }',
      {},
      host,
    );
    expect(data).toEqual({ admin: { broadcasts: { nodes: [{ id, recipients: 2, read: 1 }] } } });
  });

  test('is told in the reader’s language', async () => {
    await broadcast({ translations: [{ locale: 'IT', title: 'Stasera', body: 'Dalle 22.' }] });
    const query = '{ me { inbox { nodes { title } } } }';
    const title = async (viewer: Viewer) => (await app.graphql(query, {}, viewer)).data;
    expect(await title(ada)).toMatchObject({ me: { inbox: { nodes: [{ title: 'Tonight' }] } } });
    expect(await title({ ...ada, locale: 'IT' })).toMatchObject({
      me: { inbox: { nodes: [{ title: 'Stasera' }] } },
    });
  });

  test('with the same key is sent once, also when fifty clicks come at once on two servers', async () => {
    const second = await openBeside(app);
    const input = { ...message, key: 'tonight', severity: 'INFO' as const };
    const sent = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        return house.unit(() => house.get(Broadcasts).broadcast(host, input));
      }),
    );
    await second.close();
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(await told()).toHaveLength(2);
    expect(refusalOf(await broadcast({ key: 'tonight', body: 'From 23:00.' }))).toEqual({
      code: 'CONFLICT',
      field: 'key',
    });
    const log = await run(`select 1 from activity where kind = 'broadcast.sent'
      and details->>'messageId' = '${sent[0]!.id}'`);
    expect(log).toHaveLength(1);
  });

  test('is listed newest first, page by page, each once', async () => {
    for (let n = 0; n < 5; n += 1) {
      await broadcast({ title: `Number ${n}` });
      // Ids made in the same millisecond are in no order.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const page = async (after: string | null) => {
      const { data } = await app.graphql(
        `query ($after: String) { admin { broadcasts(first: 2, after: $after) {
          nodes { title } pageInfo { hasNextPage endCursor } } } }`,
        { after },
        host,
      );
      return (
        data as {
          admin: {
            broadcasts: {
              nodes: { title: string }[];
              pageInfo: { hasNextPage: boolean; endCursor: string };
            };
          };
        }
      ).admin.broadcasts;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    const third = await page(second.pageInfo.endCursor);
    const titles = [first, second, third].flatMap(({ nodes }) => nodes.map(({ title }) => title));
    expect(titles).toEqual(['Number 4', 'Number 3', 'Number 2', 'Number 1', 'Number 0']);
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test.each(["' or 1=1 --", 'x', '\0', ''.padEnd(3_000, 'x')])(
    'list refuses the position %j',
    async (after) => {
      const answer = await app.graphql(
        'query ($after: String) { admin { broadcasts(after: $after) { nodes { id } } } }',
        { after },
        host,
      );
      expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field: 'after' });
    },
  );
});

describe('a message to chosen people', () => {
  test('reaches each once, and nobody else', async () => {
    const { data } = await notify([ada.accountId!, ada.accountId!, gone.accountId!]);
    expect(data).toEqual({ notifyUsers: 1 });
    expect(await told()).toEqual([{ username: 'ada' }]);
    const list = await app.graphql('{ admin { broadcasts { nodes { id } } } }', {}, host);
    expect(list.data).toEqual({ admin: { broadcasts: { nodes: [] } } });
  });

  test('is listed when that is asked for, with how many have read it', async () => {
    await broadcast();
    await notify([ada.accountId!, gone.accountId!], { title: 'To you' });
    await app.graphql('mutation { markAllRead { unreadCount } }', {}, ada);
    await run(`insert into message (id, type, category, severity, created_at, recipients)
      values (gen_random_uuid(), 'system.update_available', 'system', 'INFO', now(), 1)`);
    const { data } = await app.graphql(
      '{ admin { broadcasts(direct: true) { nodes { title direct recipients read } } } }',
      {},
      host,
    );
    expect(data).toEqual({
      admin: {
        broadcasts: {
          nodes: [
            { title: 'To you', direct: true, recipients: 1, read: 1 },
            { title: 'Tonight', direct: false, recipients: 2, read: 1 },
          ],
        },
      },
    });
  });

  test('with the same key is sent once', async () => {
    await notify([ada.accountId!], { key: 'one' });
    expect((await notify([ada.accountId!], { key: 'one' })).data).toEqual({ notifyUsers: 1 });
    expect(await told()).toHaveLength(1);
    expect(refusalOf(await notify([host.accountId!], { key: 'one' }))?.code).toBe('CONFLICT');
  });

  test.each<[string, () => string[]]>([
    ['NOT_FOUND', () => [ada.accountId!, newId()]],
    ['BAD_USER_INPUT', () => []],
    ['BAD_USER_INPUT', () => Array.from({ length: 101 }, () => newId())],
    ['BAD_USER_INPUT', () => ['x']],
    ['BAD_USER_INPUT', () => ['\0']],
    ['BAD_USER_INPUT', () => [ada.accountId!.toUpperCase()]],
  ])('is refused with %s to the wrong ones, and reaches nobody', async (code, userIds) => {
    expect(refusalOf(await notify(userIds()))).toEqual({ code, field: 'userIds' });
    expect(await told()).toEqual([]);
  });
});

describe('neither', () => {
  test.each([
    ['title', { title: ' ' }],
    ['title', { title: 'x'.repeat(201) }],
    ['body', { body: 'x'.repeat(4_001) }],
    ['url', { url: 'javascript:alert(1)' }],
    ['url', { url: '//evil.example' }],
    ['key', { key: '\0' }],
  ])('takes a wrong %s: %j', async (field, input) => {
    expect(refusalOf(await broadcast(input))).toEqual({ code: 'BAD_USER_INPUT', field });
    expect(refusalOf(await notify([ada.accountId!], input))).toEqual({
      code: 'BAD_USER_INPUT',
      field,
    });
    expect(await run('select 1 from message')).toEqual([]);
  });

  test('is for who has not the permission', async () => {
    const other = await app.signedIn({ permissions: ['admin.users'] });
    const token: Viewer = { ...host, kind: 'token', scopes: new Set(['EVENTS_WRITE']) };
    for (const viewer of [ada, other, token]) {
      expect(refusalOf(await broadcast({}, viewer))?.code).toBe('FORBIDDEN');
      expect(refusalOf(await notify([ada.accountId!], {}, viewer))?.code).toBe('FORBIDDEN');
      for (const field of ['audience', 'broadcasts { nodes { id } }']) {
        const answer = await app.graphql(`{ admin { ${field} } }`, {}, viewer);
        expect(refusalOf(answer)?.code).toBe('FORBIDDEN');
      }
    }
    expect(refusalOf(await broadcast({}, nobody))?.code).toBe('UNAUTHENTICATED');
    expect(await run('select 1 from message')).toEqual([]);
  });
});

test('from the command line is in the log under the name of who typed it', async () => {
  const root = commandViewer('root');
  const input = { ...message, severity: 'INFO' as const };
  const sent = await app.unit(() => app.get(Broadcasts).broadcast(root, input));
  const rows = await run(
    `select actor, actor_kind, account_id from activity where details->>'messageId' = $1`,
    [sent.id],
  );
  expect(rows).toEqual([{ actor: 'root (command line)', actor_kind: 'command', account_id: null }]);
});

test('ten thousand are told by as many statements as two', async () => {
  const statements = vi.spyOn(app.kernel.database, 'query');
  await broadcast();
  const few = statements.mock.calls.length;
  await run(`insert into account (id, username, email, email_canonical, created_at)
    select gen_random_uuid(), 'many' || n, n || '@many.example', n || '@many.example', now()
    from generate_series(1, 10000) n`);
  statements.mockClear();
  const { data } = await broadcast();
  expect(data).toMatchObject({ broadcast: { recipients: 10_003 } });
  expect(statements.mock.calls.length).toBe(few);
  statements.mockRestore();
  expect(await codeOf(run('select 1'))).toBe('done');
});
