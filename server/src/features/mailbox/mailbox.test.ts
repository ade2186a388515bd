import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Limits } from '../limit/limits.js';
import { EmailAccounts } from './email-accounts.js';

let app: TestApp;
let second: SecondApp;
let root: Viewer;
/** A mail server's token. */
let server: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
  root = await app.signedIn({ username: 'root1', permissions: ['admin.users'] });
  server = { ...root, kind: 'token', scopes: new Set(['USAGE_WRITE']) };
});
afterAll(async () => {
  await second.close();
  await app.close();
});

let made = 0;
const given = (who: Viewer, more: object = {}) => ({
  username: who.name,
  address: `box${++made}@example.org`,
  archive: false,
  usedBytes: 10,
  quotaBytes: 100,
  ...more,
});
const put = (input: object, viewer = server) =>
  app.graphql(
    `mutation ($input: EmailAccountInput!) { putEmailAccount(input: $input) {
       address archive usedBytes quotaBytes percent nearLimit } }`,
    { input },
    viewer,
  );
const remove = async (who: Viewer, address: string) =>
  (
    await app.graphql(
      'mutation ($u: String!, $a: EmailAddress!) { removeEmailAccount(username: $u, address: $a) }',
      { u: who.name, a: address },
      server,
    )
  ).data?.['removeEmailAccount'];
const putDomain = (who: Viewer, name: string, viewer = server) =>
  app.graphql(
    'mutation ($u: String!, $n: String!) { putDomain(username: $u, name: $n) { name createdAt } }',
    { u: who.name, n: name },
    viewer,
  );
const setLimit = (who: Viewer, key: string, value: number) =>
  app.unit(() => app.get(Limits).set(root, who.accountId!, key, value));
const limits = async (who: Viewer) => {
  const [all] = await app.unit(() => app.get(Limits).of([who.accountId!]));
  return Object.fromEntries(all!.map(({ key, used }) => [key, used]));
};
const told = (who: Viewer) =>
  app.unit(async () => {
    const rows = await app.kernel.database.query<{ type: string; data: Record<string, unknown> }>(
      `select m.type, m.data from message m join notification n on n.message_id = m.id
       where n.account_id = $1 order by m.id`,
      [who.accountId],
    );
    return rows.map(({ type, data }) => [type, data['object'], data['threshold'], data['event']]);
  });
const list = async (who: Viewer, args = '') => {
  const { data, errors } = await app.graphql(
    `{ me { emailAccounts${args} { totalCount nodes { address } pageInfo { hasNextPage endCursor } } } }`,
    {},
    who,
  );
  expect(errors).toBeUndefined();
  return (
    data as {
      me: {
        emailAccounts: {
          totalCount: number;
          nodes: { address: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    }
  ).me.emailAccounts;
};

describe('a mail server', () => {
  test('tells of an e-mail account, and again, which changes only what is new', async () => {
    const ada = await app.signedIn();
    const box = given(ada, { address: 'Ada.L@Example.ORG', usedBytes: 50 });
    expect((await put(box)).data).toEqual({
      putEmailAccount: {
        address: 'Ada.L@example.org',
        archive: false,
        usedBytes: 50,
        quotaBytes: 100,
        percent: 50,
        nearLimit: false,
      },
    });
    await put(box);
    await put({ ...box, address: 'ada.l@example.org', usedBytes: 60 });
    const { nodes, totalCount } = await list(ada);
    expect([nodes, totalCount]).toEqual([[{ address: 'ada.l@example.org' }], 1]);
    expect(await limits(ada)).toEqual({ disk: 0, email_accounts: 1, archives: 0 });
  });

  test('takes one away, once', async () => {
    const ada = await app.signedIn();
    const box = given(ada, { archive: true });
    await put(box);
    expect(await limits(ada)).toMatchObject({ email_accounts: 1, archives: 1 });
    expect([await remove(ada, box.address), await remove(ada, box.address)]).toEqual([true, false]);
    expect(await limits(ada)).toMatchObject({ email_accounts: 0, archives: 0 });
  });

  test('does not touch what is another user’s', async () => {
    const [ada, ben] = [await app.signedIn(), await app.signedIn()];
    const box = given(ada);
    await put(box);
    expect(refusalOf(await put({ ...box, username: ben.name }))).toMatchObject({
      code: 'TAKEN',
      field: 'address',
    });
    expect(await remove(ben, box.address)).toBe(false);
    expect((await list(ada)).totalCount).toBe(1);
    expect((await list(ben)).totalCount).toBe(0);
  });

  test.each([
    [{ address: 'nowhere' }, 'BAD_USER_INPUT', 'address'],
    [{ usedBytes: -1 }, 'BAD_USER_INPUT', 'usedBytes'],
    [{ quotaBytes: -2 }, 'BAD_USER_INPUT', 'quotaBytes'],
    [{ username: 'nobody9' }, 'NOT_FOUND', 'username'],
  ])('is refused %j', async (change, code, field) => {
    const ada = await app.signedIn();
    expect(refusalOf(await put({ ...given(ada), ...change }))).toMatchObject({ code, field });
    expect((await list(ada)).totalCount).toBe(0);
  });

  test('needs the scope and the permission', async () => {
    const ada = await app.signedIn();
    const other: Viewer = { ...server, scopes: new Set(['EVENTS_WRITE']) };
    for (const viewer of [ada, other]) {
      expect(refusalOf(await put(given(ada), viewer))?.code).toBe('FORBIDDEN');
      expect(refusalOf(await putDomain(ada, 'a.example', viewer))?.code).toBe('FORBIDDEN');
    }
    expect(refusalOf(await put(given(ada), root))).toBeNull();
  });
});

describe('the limit', () => {
  test('is kept: one more is refused, what is there may still change', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 'email_accounts', 1);
    await setLimit(ada, 'archives', 0);
    const box = given(ada);
    await put(box);
    expect(refusalOf(await put(given(ada)))).toMatchObject({ code: 'LIMIT_REACHED' });
    expect(refusalOf(await put({ ...box, archive: true }))).toMatchObject({
      code: 'LIMIT_REACHED',
      field: 'archive',
    });
    expect(refusalOf(await put({ ...box, usedBytes: 20 }))).toBeNull();
    await setLimit(ada, 'email_accounts', 0);
    expect(refusalOf(await put({ ...box, usedBytes: 30 }))).toBeNull();
    expect(await limits(ada)).toMatchObject({ email_accounts: 1, archives: 0 });
  });

  test('is kept by twenty at once on two servers, while it changes too', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 'email_accounts', 5);
    const codes = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => {
        const one = index % 2 === 0 ? app : second;
        return codeOf(one.unit(() => one.get(EmailAccounts).put(server, given(ada))));
      }),
      codeOf(setLimit(ada, 'email_accounts', 5)),
    ]);
    expect(codes.filter((code) => code === 'done')).toHaveLength(6);
    expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(15);
    expect((await list(ada)).totalCount).toBe(5);
    expect(await limits(ada)).toMatchObject({ email_accounts: 5 });
    // 4 of 5 are 80 %, 5 of 5 are beyond 95 %: once each.
    expect((await told(ada)).map(([type, , threshold]) => [type, threshold])).toEqual([
      ['quota.near_limit', 80],
      ['quota.near_limit', 95],
    ]);
  });

  test('is not passed by the same account told twenty times at once', async () => {
    const ada = await app.signedIn();
    const box = given(ada, { usedBytes: 97 });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const one = index % 2 === 0 ? app : second;
        return one.unit(() => one.get(EmailAccounts).put(server, box));
      }),
    );
    expect(await limits(ada)).toMatchObject({ email_accounts: 1 });
    expect(await told(ada)).toEqual([
      ['email_account.near_limit', box.address, 80, 'exceeded'],
      ['email_account.near_limit', box.address, 95, 'exceeded'],
    ]);
  });
});

test('an e-mail account warns on the way up, and once when there is room again', async () => {
  const ada = await app.signedIn();
  const box = given(ada);
  for (const usedBytes of [80, 85, 96, 91, 76, 74, 10]) await put({ ...box, usedBytes });
  expect(await told(ada)).toEqual([
    ['email_account.near_limit', box.address, 80, 'exceeded'],
    ['email_account.near_limit', box.address, 95, 'exceeded'],
    ['email_account.back_to_normal', box.address, 80, 'back_to_normal'],
  ]);
  const { data } = await app.graphql('{ me { inbox { nodes { title } } } }', {}, ada);
  const { nodes } = (data as { me: { inbox: { nodes: { title: string }[] } } }).me.inbox;
  expect(nodes.map(({ title }) => title)).toEqual([
    `${box.address} has room again`,
    `${box.address} is 95 % full`,
    `${box.address} is 80 % full`,
  ]);
});

test('of a hundred in one call each stands or falls alone', async () => {
  const ada = await app.signedIn();
  const putAll = (input: object[]) =>
    app.graphql(
      `mutation ($input: [EmailAccountInput!]!) { putEmailAccounts(input: $input) {
         address emailAccount { usedBytes } code message } }`,
      { input },
      server,
    );
  const good = given(ada);
  const { data } = await putAll([
    given(ada, { address: 'bad' }),
    good,
    given(ada, { username: 'x9x' }),
  ]);
  expect(data).toMatchObject({
    putEmailAccounts: [
      { address: 'bad', emailAccount: null, code: 'BAD_USER_INPUT' },
      { address: good.address, emailAccount: { usedBytes: 10 }, code: null, message: null },
      { emailAccount: null, code: 'NOT_FOUND' },
    ],
  });
  const many = Array.from({ length: 101 }, () => given(ada));
  expect(refusalOf(await putAll(many))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input' });
  expect((await list(ada)).totalCount).toBe(1);
  expect(refusalOf(await putAll(many.slice(1)))).toBeNull();
  expect((await list(ada)).totalCount).toBe(101);
});

test('the owner reads them page by page, and finds one', async () => {
  const ada = await app.signedIn();
  for (const name of ['carol', 'alice', 'bob', 'al%ce']) {
    await put(given(ada, { address: `${name}@own${made}.example` }));
  }
  const first = await list(ada, '(first: 2)');
  expect(first.nodes.map(({ address }) => address.split('@')[0])).toEqual(['al%ce', 'alice']);
  expect([first.totalCount, first.pageInfo.hasNextPage]).toEqual([4, true]);
  const rest = await list(ada, `(first: 2, after: "${first.pageInfo.endCursor}")`);
  expect(rest.nodes.map(({ address }) => address.split('@')[0])).toEqual(['bob', 'carol']);
  expect(rest.pageInfo.hasNextPage).toBe(false);
  const found = await list(ada, '(search: "l%c")');
  expect([found.totalCount, found.nodes[0]!.address.split('@')[0]]).toEqual([1, 'al%ce']);
});
