import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Limits } from './limits.js';

let app: TestApp;
let root: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  root = await app.signedIn({ username: 'root1', permissions: ['admin.users'] });
});
afterAll(() => app.close());

const report = (who: Viewer, used: number, key = 'disk', viewer = root) =>
  app.graphql(
    `mutation ($input: ReportUsageInput!) { reportUsage(input: $input) {
       key unit used limit unlimited percent nearLimit } }`,
    { input: { username: who.name, key, used } },
    viewer,
  );
const setLimit = (who: Viewer, value: number, key = 'disk', viewer = root) =>
  app.graphql(
    `mutation ($id: ID!, $key: String!, $value: SafeInt!) { setUserLimit(id: $id, key: $key, value: $value) {
       username limits { key limit } } }`,
    { id: who.accountId, key, value },
    viewer,
  );
const limitsOf = async (who: Viewer) => {
  const { data } = await app.graphql(
    '{ me { limits { key unit used limit unlimited percent nearLimit } } }',
    {},
    who,
  );
  return (data as { me: { limits: { key: string; used: number; limit: number }[] } }).me.limits;
};
const told = (who: Viewer) =>
  app.unit(async () => {
    const rows = await app.kernel.database.query<{ type: string; data: Record<string, unknown> }>(
      `select m.type, m.data from message m join notification n on n.message_id = m.id
       where n.account_id = $1 order by m.id`,
      [who.accountId],
    );
    return rows.map(
      ({ type, data }) => `${type} ${String(data['threshold'])} ${String(data['event'])}`,
    );
  });

describe('limits', () => {
  test('are unlimited and unused until somebody says otherwise', async () => {
    const ada = await app.signedIn();
    expect(await limitsOf(ada)).toEqual(
      [
        ['disk', 'BYTES'],
        ['email_accounts', 'COUNT'],
        ['archives', 'COUNT'],
      ].map(([key, unit]) => ({
        key,
        unit,
        used: 0,
        limit: -1,
        unlimited: true,
        percent: null,
        nearLimit: false,
      })),
    );
  });

  test('are set by an administrator, recorded, and seen by him and the user', async () => {
    const ada = await app.signedIn();
    expect((await setLimit(ada, 5, 'databases')).data).toMatchObject({
      setUserLimit: { username: ada.name, limits: [{}, {}, {}, { key: 'databases', limit: 5 }] },
    });
    expect((await limitsOf(ada)).at(-1)).toMatchObject({ key: 'databases', limit: 5, used: 0 });
    const rows = await app.unit(() =>
      app.kernel.database.query(
        `select details, actor from activity where account_id = $1 and kind = 'user.limit_set'`,
        [ada.accountId],
      ),
    );
    expect(rows).toEqual([{ details: { key: 'databases', from: -1, value: 5 }, actor: 'root1' }]);
  });

  test('of sizes beyond 32 bits come back to the byte', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, Number.MAX_SAFE_INTEGER);
    await report(ada, Number.MAX_SAFE_INTEGER - 1);
    expect((await limitsOf(ada))[0]).toMatchObject({
      used: Number.MAX_SAFE_INTEGER - 1,
      limit: Number.MAX_SAFE_INTEGER,
    });
  });

  test.each([
    [-2, 'disk', 'BAD_USER_INPUT', 'value'],
    [2 ** 53, 'disk', 'BAD_USER_INPUT', 'value'],
    [1.5, 'disk', 'BAD_USER_INPUT', 'value'],
    [1, 'Disk space', 'BAD_USER_INPUT', 'key'],
    [1, '', 'BAD_USER_INPUT', 'key'],
  ])('are not set to %s of %j', async (value, key, code, field) => {
    const ada = await app.signedIn();
    expect(refusalOf(await setLimit(ada, value, key))).toMatchObject({ code, field });
    expect((await limitsOf(ada)).every(({ limit }) => limit === -1)).toBe(true);
  });

  test('are not for who lacks the permission, nor of oneself, nor of somebody who may more', async () => {
    const ada = await app.signedIn();
    const chief = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
    expect(refusalOf(await setLimit(ada, 1, 'disk', ada))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await setLimit(root, 1))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await setLimit(chief, 1))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await setLimit(root, 1, 'disk', chief))).toBeNull();
  });
});

describe('a report', () => {
  test('says how much is used, also beyond the limit', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 1_000);
    expect((await report(ada, 1_500)).data).toEqual({
      reportUsage: {
        key: 'disk',
        unit: 'BYTES',
        used: 1_500,
        limit: 1_000,
        unlimited: false,
        percent: 150,
        nearLimit: true,
      },
    });
  });

  test.each([
    [{ username: 'nobody9' }, 'NOT_FOUND', 'username'],
    [{ used: -1 }, 'BAD_USER_INPUT', 'used'],
    [{ key: 'no key' }, 'BAD_USER_INPUT', 'key'],
    [{ key: 'email_accounts' }, 'BAD_USER_INPUT', 'key'],
  ])('of %j is refused', async (change, code, field) => {
    const ada = await app.signedIn();
    const answer = await app.graphql(
      'mutation ($input: ReportUsageInput!) { reportUsage(input: $input) { used } }',
      { input: { username: ada.name, key: 'disk', used: 1, ...change } },
      root,
    );
    expect(refusalOf(answer)).toMatchObject({ code, field });
  });

  test('needs the scope, and the permission behind it', async () => {
    const ada = await app.signedIn();
    expect(refusalOf(await report(ada, 1, 'disk', ada))?.code).toBe('FORBIDDEN');
    const token: Viewer = { ...root, kind: 'token', scopes: new Set(['ACCOUNT_WRITE']) };
    expect(refusalOf(await report(ada, 1, 'disk', token))?.code).toBe('FORBIDDEN');
    const good: Viewer = { ...token, scopes: new Set(['USAGE_WRITE']) };
    expect(refusalOf(await report(ada, 1, 'disk', good))).toBeNull();
  });
});

describe('thresholds', () => {
  test('are told once on the way up each, and once when all is well again', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 100);
    for (const used of [79, 80, 85, 79, 81, 95, 99, 91, 96, 89, 95, 76, 80, 74, 74, 0]) {
      await report(ada, used);
    }
    expect(await told(ada)).toEqual([
      'quota.near_limit 80 exceeded',
      'quota.near_limit 95 exceeded',
      // 91 is above 95 − 5: not told again; 89 is below, so 95 is new.
      'quota.near_limit 95 exceeded',
      'quota.back_to_normal 80 back_to_normal',
    ]);
  });

  test('are both told by a jump, and taken back by a higher limit or none', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 100);
    await report(ada, 97);
    await setLimit(ada, 1_000);
    await setLimit(ada, 100);
    await setLimit(ada, -1);
    expect(await told(ada)).toEqual([
      'quota.near_limit 80 exceeded',
      'quota.near_limit 95 exceeded',
      'quota.back_to_normal 80 back_to_normal',
      'quota.near_limit 80 exceeded',
      'quota.near_limit 95 exceeded',
      'quota.back_to_normal 80 back_to_normal',
    ]);
  });

  test('say what, how much and of how much, in the reader’s language', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 50_000_000_000);
    await report(ada, 41_500_000_000);
    const read = async (locale: 'EN' | 'IT') => {
      const { data } = await app.graphql(
        '{ me { inbox { nodes { title body severity url data } } } }',
        {},
        { ...ada, locale },
      );
      return (data as { me: { inbox: { nodes: unknown[] } } }).me.inbox.nodes[0];
    };
    expect(await read('EN')).toEqual({
      title: 'You have used 80 % of your disk space',
      body: '41.5 GB of 50 GB in use.',
      severity: 'WARNING',
      url: '/limits',
      data: {
        object: 'disk',
        unit: 'BYTES',
        used: 41_500_000_000,
        limit: 50_000_000_000,
        threshold: 80,
        event: 'exceeded',
      },
    });
    expect(await read('IT')).toMatchObject({
      title: 'Hai usato il 80 % di: spazio su disco',
      body: 'In uso: 41,5 GB su 50 GB.',
    });
  });

  test('are told once each by twenty reports and changes at once', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 100);
    const reports = Array.from({ length: 20 }, (_, index) => report(ada, 78 + index));
    const answers = await Promise.all([
      ...reports,
      ...[100, 100].map((value) => setLimit(ada, value)),
    ]);
    expect(answers.map(refusalOf).filter(Boolean)).toEqual([]);
    await report(ada, 97);
    const all = await told(ada);
    expect(all.filter((one) => one === 'quota.near_limit 80 exceeded')).toHaveLength(1);
    expect(all.filter((one) => one.startsWith('quota.near_limit 95'))).not.toHaveLength(0);
    const kept = (await limitsOf(ada))[0];
    expect(kept).toMatchObject({ used: 97, limit: 100 });
  });

  test('are not told when what made them true is undone', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 100);
    const work = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Limits).report(root, { username: ada.name, key: 'disk', used: 99 });
        throw new Error('undone');
      }),
    );
    await expect(work).rejects.toThrow('undone');
    expect(await told(ada)).toEqual([]);
    expect((await limitsOf(ada))[0]).toMatchObject({ used: 0 });
  });
});

test('an account has a hundred limits and not one more', async () => {
  const ada = await app.signedIn();
  for (let index = 0; index < 100; index += 1) await report(ada, 1, `key_${index}`);
  expect(refusalOf(await report(ada, 1, 'one_more'))).toMatchObject({ code: 'LIMIT_REACHED' });
  expect(await limitsOf(ada)).toHaveLength(103);
});

test('users are listed by what they occupy, page by page', async () => {
  await app.unit(() => app.kernel.database.query('update usage_limit set used = 0'));
  const people = [await app.signedIn(), await app.signedIn(), await app.signedIn()];
  for (const [index, who] of people.entries()) await report(who, 10 ** 15 + index);
  const seen: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < 3; page += 1) {
    const { data } = await app.graphql(
      `query ($after: String) { admin { users(first: 1, after: $after, sort: DISK_USED) {
         nodes { username limits { used } } pageInfo { endCursor } } } }`,
      { after },
      root,
    );
    const { users } = (
      data as {
        admin: { users: { nodes: { username: string }[]; pageInfo: { endCursor: string } } };
      }
    ).admin;
    seen.push(users.nodes[0]!.username);
    after = users.pageInfo.endCursor;
  }
  expect(seen).toEqual(people.map(({ name }) => name).reverse());
});
