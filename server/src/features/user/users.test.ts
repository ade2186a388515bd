import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Accounts } from '../account/accounts.js';

let app: TestApp;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  admin = await app.signedIn({ permissions: ['admin.users'] });
  for (const [index, name] of names.entries()) {
    app.clock.advance(1_000);
    const input = { username: name, email: `${name}@${index % 2 ? 'even' : 'odd'}.example.org` };
    await app.unit(() => app.get(Accounts).create(commandViewer('root'), input));
  }
  await sql(`update account set display_name = 'Straße 100%_\\' where username = 'fay'`);
  await sql(`update account set disabled_at = now() where username = 'gus'`);
});
afterAll(() => app.close());

const names = ['ada', 'ben', 'cy1', 'dot', 'eve', 'fay', 'gus'];
const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));

interface Users {
  nodes: { username: string }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}
async function users(args: string, viewer = admin) {
  const query = `{ admin { users(${args}) { totalCount nodes { username } pageInfo { hasNextPage endCursor } } } }`;
  const { data, errors } = await app.graphql(query, {}, viewer);
  const found = (data as { admin: { users: Users } } | null | undefined)?.admin?.users;
  return { errors, found, usernames: found?.nodes.map((user) => user.username) };
}

describe('an administrator who looks through the users', () => {
  test.each(['USERNAME', 'CREATED_AT', 'LAST_ACTIVE_AT'])(
    'meets everybody once, page by page, sorted by %s',
    async (sort) => {
      const whole = await users(`first: 100, sort: ${sort}`);
      expect(whole.found?.totalCount).toBe(names.length + 1);
      const seen: string[] = [];
      let after = '';
      for (;;) {
        const page = await users(`first: 3, sort: ${sort}${after}`);
        expect(page.errors).toBeUndefined();
        seen.push(...page.usernames!);
        if (!page.found!.pageInfo.hasNextPage) break;
        after = `, after: "${page.found!.pageInfo.endCursor}"`;
      }
      expect(seen).toEqual(whole.usernames);
      expect(new Set(seen).size).toBe(names.length + 1);
    },
  );

  test('sees the order that was asked for', async () => {
    const own = (list: string[] | undefined) => list!.filter((name) => names.includes(name));
    expect(own((await users('sort: USERNAME')).usernames)).toEqual(names);
    expect(own((await users('sort: CREATED_AT')).usernames)).toEqual([...names].reverse());
    expect((await users('sort: LAST_ACTIVE_AT, first: 1')).usernames).toEqual([admin.name]);
  });

  test.each([
    ['search: "ODD.example"', ['ada', 'cy1', 'eve', 'gus']],
    ['search: "fa"', ['fay']],
    ['search: "straße"', ['fay']],
    ['search: "%"', ['fay']],
    ['search: "_"', ['fay']],
    ['search: "\\\\"', ['fay']],
    ['search: "a%a"', []],
    ['disabled: true', ['gus']],
    ['disabled: true, role: ADMIN', []],
  ])('finds by %s', async (args, expected) => {
    const { usernames, found, errors } = await users(args);
    expect(errors).toBeUndefined();
    expect(usernames).toEqual(expected);
    expect(found?.totalCount).toBe(expected.length);
  });

  test.each([
    ['first: 0', 'first'],
    ['first: 101', 'first'],
    ['after: "x"', 'after'],
    ['search: "a\\u0000b"', 'search'],
  ])('is told what is wrong with %s', async (args, field) => {
    expect((await users(args)).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  test('is told when a position belongs to another order', async () => {
    const { found } = await users('first: 1, sort: CREATED_AT');
    const { errors } = await users(`sort: LAST_ACTIVE_AT, after: "${found!.pageInfo.endCursor}"`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
  });

  test('costs as many statements for a long page as for a short one', async () => {
    const query = (first: number) =>
      `{ admin { users(first: ${first}) { totalCount nodes { username sessionCount lastActiveAt sessions { id browser } } } } }`;
    const statements = async (first: number) => {
      const spy = vi.spyOn(pg.Client.prototype, 'query');
      try {
        expect((await app.graphql(query(first), {}, admin)).errors).toBeUndefined();
        return spy.mock.calls.length;
      } finally {
        spy.mockRestore();
      }
    };
    expect(await statements(1)).toBe(4);
    expect(await statements(8)).toBe(4);
  });

  test('finds one by id or by username, and nobody by neither', async () => {
    const fields = `id username email displayName role permissions disabled sessionCount lastActiveAt createdAt sessions { method current }`;
    const by = async (args: string) => {
      const { data, errors } = await app.graphql(
        `{ admin { user${args} { ${fields} } } }`,
        {},
        admin,
      );
      return { user: (data as { admin?: { user: unknown } } | null)?.admin?.user, errors };
    };
    const { user } = await by(`(username: "${admin.name}")`);
    expect(user).toMatchObject({
      id: admin.accountId,
      role: 'ADMIN',
      permissions: ['admin.users'],
      disabled: false,
      sessionCount: 1,
      lastActiveAt: expect.any(String) as string,
      sessions: [{ current: true }],
    });
    expect((await by(`(id: "${admin.accountId}")`)).user).toEqual(user);
    expect((await by('(username: "gus")')).user).toMatchObject({
      disabled: true,
      sessionCount: 0,
      lastActiveAt: null,
      sessions: [],
    });
    expect((await by('(username: "nobody-here")')).user).toBeNull();
    for (const args of ['', `(id: "${admin.accountId}", username: "ada")`, '(id: "7")']) {
      expect((await by(args)).errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'id',
      });
    }
  });

  test('still sees when somebody was last here after the session is gone', async () => {
    const cleo = await app.signedIn();
    await app.graphql('mutation { signOut }', {}, cleo);
    const { data } = await app.graphql(
      `{ admin { user(username: "${cleo.name}") { sessionCount lastActiveAt } } }`,
      {},
      admin,
    );
    const now = app.kernel.clock.now().toISOString();
    expect(data).toEqual({ admin: { user: { sessionCount: 0, lastActiveAt: now } } });
  });
});

describe('somebody without the permission', () => {
  test('is refused, whatever else the role allows', async () => {
    const auditor = await app.signedIn({ permissions: ['admin.audit'] });
    const user = await app.signedIn();
    for (const viewer of [auditor, user]) {
      expect((await users('first: 1', viewer)).errors?.[0]?.extensions).toMatchObject({
        code: 'FORBIDDEN',
      });
    }
  });

  test('reads no sessions of others with a token, not even one of an administrator', async () => {
    const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
    expect((await users('first: 1', token)).errors).toBeUndefined();
    const { errors } = await app.graphql(
      '{ admin { users { nodes { sessions { id } } } } }',
      {},
      token,
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });
});
