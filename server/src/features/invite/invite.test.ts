import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { allPermissions } from '../permission/permissions.js';
import { Registrations } from '../registration/registrations.js';
import { inviteCommands } from './invite.commands.js';

const password = 'an engine of brass';
const day = 86_400_000;

let app: MailedApp;
let admin: Viewer;
let made = 0;
beforeAll(async () => {
  app = await createMailedApp();
});
beforeEach(async () => {
  await run('delete from rate_limit');
  admin = await app.signedIn({ permissions: allPermissions });
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const address = () => `guest${++made}@example.org`;
const create = (input: object, viewer = admin) =>
  app.graphql(
    `mutation ($input: InviteInput!) { createInvite(input: $input) {
       id email role permissions createdAt expiresAt invitedBy } }`,
    { input },
    viewer,
  );
const list = async (viewer = admin, after?: string, first = 100) => {
  const query = `query ($first: Int!, $after: String) { admin { invites(first: $first, after: $after) {
    nodes { id email invitedBy } pageInfo { hasNextPage endCursor } } } }`;
  const { data } = await app.graphql(query, { first, after }, viewer);
  return (data as { admin: { invites: Page } }).admin.invites;
};
interface Page {
  nodes: { id: string; email: string; invitedBy: string | null }[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}
const revoke = (id: string, viewer = admin) =>
  app.graphql('mutation ($id: ID!) { revokeInvite(id: $id) }', { id }, viewer);
const register = (email: string, invite: string, change: object = {}) =>
  app.graphql('mutation ($input: RegisterInput!) { register(input: $input) }', {
    input: { username: `guest${made}`, email, password, invite, ...change },
  });
const idOf = (answer: { data: Record<string, unknown> | null }) =>
  (answer.data!['createInvite'] as { id: string }).id;
const gone = { code: 'INVALID_TOKEN', field: 'invite' };

describe('an invite', () => {
  test('is mailed, makes an account with a verified address, once, and signs nobody in', async () => {
    const email = address();
    const { data } = await create({ email, locale: 'IT' });
    const now = app.clock.now().getTime();
    expect(data).toEqual({
      createInvite: {
        id: expect.any(String) as string,
        email,
        role: 'USER',
        permissions: [],
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 7 * day).toISOString(),
        invitedBy: admin.name,
      },
    });
    const [mail] = await app.mailTo(email);
    expect(mail!.subject).toBe('Gatehouse: hai ricevuto un invito');
    const [, token] = /\/register\?invite=([\w-]{43})/.exec(mail!.text!)!;
    expect((await register(email.toUpperCase(), token!)).data).toEqual({ register: true });
    const [account] = await run(
      `select email, email_verified, role, (select count(*)::int from session s where s.account_id = a.id) as sessions
       from account a where username = $1`,
      [`guest${made}`],
    );
    expect(account).toEqual({ email, email_verified: true, role: 'USER', sessions: 0 });
    expect(await app.mailTo(email)).toEqual([]);
    expect(refusalOf(await register(email, token!, { username: 'another' }))).toEqual(gone);
    const signIn = `mutation { signIn(input: { login: "${email}", password: "${password}" }) { __typename } }`;
    expect((await app.graphql(signIn)).data).toEqual({ signIn: { __typename: 'SignedIn' } });
  });

  test('fixes the address, and a refused name, password or address leaves it good', async () => {
    const email = address();
    await create({ email });
    const token = await app.tokenTo(email);
    const other = await register('other@example.org', token);
    expect(refusalOf(other)).toEqual({ code: 'BAD_USER_INPUT', field: 'email' });
    const weak = await register(email, token, { password: 'short' });
    expect(refusalOf(weak)).toMatchObject({ code: 'WEAK_PASSWORD', field: 'password' });
    const taken = await register(email, token, { username: admin.name });
    expect(refusalOf(taken)).toEqual({ code: 'TAKEN', field: 'username' });
    expect(refusalOf(await register(email, token))).toBeNull();
  });

  test('is good for seven days and not a moment longer', async () => {
    const email = address();
    await create({ email });
    const token = await app.tokenTo(email);
    app.clock.advance(7 * day - 1);
    admin = await app.signedIn({ permissions: allPermissions });
    expect((await list()).nodes.map((invite) => invite.email)).toContain(email);
    app.clock.advance(1);
    expect(refusalOf(await register(email, token))).toEqual(gone);
    expect((await list()).nodes).toEqual([]);
  });

  test('ends when it is revoked, and when a newer one is made for the address', async () => {
    const email = address();
    const first = await create({ email });
    const older = await app.tokenTo(email);
    const second = await create({ email });
    const newer = await app.tokenTo(email);
    expect(refusalOf(await register(email, older))).toEqual(gone);
    expect(refusalOf(await revoke(idOf(first)))).toEqual({ code: 'NOT_FOUND', field: 'id' });
    expect((await revoke(idOf(second))).data).toEqual({ revokeInvite: true });
    expect(refusalOf(await register(email, newer))).toEqual(gone);
    expect(refusalOf(await revoke('x'))).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
  });

  test('fifty times at once over two servers makes one account', async () => {
    const second = await openBeside(app);
    const email = address();
    await create({ email });
    const invite = await app.tokenTo(email);
    const codes = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const house = n % 2 === 0 ? app : second;
        const origin = { address: `10.2.${n}.1`, userAgent: null };
        const input = { username: `crowd${n}`, email, password, invite };
        // Only three a minute may try one address.
        await run(`delete from rate_limit where key like 'mail-for-%'`);
        return codeOf(
          house.unit(() => house.get(Registrations).register({ ...nobody, origin }, input)),
        );
      }),
    );
    await second.close();
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect([...new Set(codes)].sort()).not.toContain('INTERNAL_SERVER_ERROR');
    const refused = codes.filter((code) => code !== 'done' && code !== 'RATE_LIMITED');
    expect(refused.every((code) => code === 'INVALID_TOKEN')).toBe(true);
    expect(await run('select 1 from account where email_canonical = $1', [email])).toHaveLength(1);
  });

  test('to become an administrator is worth what the inviter may grant when it is used', async () => {
    const lesser = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
    const beyond = { email: address(), role: 'ADMIN', permissions: ['admin.audit'] };
    expect(refusalOf(await create(beyond, lesser))).toEqual({
      code: 'FORBIDDEN',
      field: 'permissions',
    });
    const all = await create({ email: address(), role: 'ADMIN' }, lesser);
    expect(refusalOf(all)?.code).toBe('FORBIDDEN');
    const email = address();
    await create({ email, role: 'ADMIN', permissions: ['admin.policy'] }, lesser);
    const invite = await app.tokenTo(email);
    const become = (permissions: string[]) =>
      run('update account set permissions = $2 where id = $1', [lesser.accountId, permissions]);
    await become(['admin.users']);
    expect(refusalOf(await register(email, invite))).toEqual(gone);
    await become(['admin.policy', 'admin.users']);
    expect(refusalOf(await register(email, invite))).toBeNull();
    expect(
      await run('select role, permissions from account where email_canonical = $1', [email]),
    ).toEqual([{ role: 'ADMIN', permissions: ['admin.policy'] }]);
  });

  test('is refused for an address that has an account, and for a user with permissions', async () => {
    const known = await create({ email: `${admin.name}@example.org` });
    expect(refusalOf(known)).toEqual({ code: 'TAKEN', field: 'email' });
    const odd = await create({ email: address(), permissions: ['admin.users'] });
    expect(refusalOf(odd)).toEqual({ code: 'BAD_USER_INPUT', field: 'permissions' });
    const none = await create({ email: 'none' });
    expect(refusalOf(none)).toEqual({ code: 'BAD_USER_INPUT', field: 'email' });
  });

  test('needs the permission, and to be made a fresh proof', async () => {
    const other = await app.signedIn({ permissions: ['admin.policy'] });
    expect(refusalOf(await create({ email: address() }, other))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await revoke('x', other))?.code).toBe('FORBIDDEN');
    const late = { ...admin, confirmedUntil: app.clock.now() };
    const code = refusalOf(await create({ email: address() }, late))?.code;
    expect(code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    const id = idOf(await create({ email: address() }));
    expect(refusalOf(await revoke(id, late))).toBeNull();
  });
});

test('the list is read page by page, newest first', async () => {
  await run('delete from invite');
  const emails = [address(), address(), address()];
  for (const email of emails) await create({ email });
  const first = await list(admin, undefined, 2);
  const rest = await list(admin, first.pageInfo.endCursor, 2);
  expect([...first.nodes, ...rest.nodes].map(({ email }) => email)).toEqual(emails.reverse());
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
});

test('the command line makes, lists and revokes them', async () => {
  await run('delete from invite');
  const call = (name: string, options: Record<string, string | boolean>, ...operands: string[]) => {
    const command = inviteCommands.find(({ path }) => path[1] === name)!;
    const { get } = app;
    const readSecret = () => Promise.resolve('');
    const viewer = commandViewer('root');
    return app.unit(() => command.run({ viewer, get, options, operands, readSecret }));
  };
  const email = address();
  const { json, text } = await call('create', { email, admin: true });
  expect(text).toContain(`Invited ${email} as an administrator.`);
  const { invite } = json as { invite: { id: string; permissions: string[] } };
  expect(invite.permissions).toEqual([...allPermissions].sort());
  const token = await app.tokenTo(email);
  expect((await call('list', {})).text).toContain(`${invite.id}  ADMIN`);
  expect(await list()).toMatchObject({ nodes: [{ id: invite.id, invitedBy: null }] });
  await call('revoke', {}, invite.id);
  expect(refusalOf(await register(email, token))).toEqual(gone);
  expect((await call('list', {})).text).toBe('No invites.');
  // As a script writes it whose variable is empty: that would be every permission.
  for (const permissions of ['', ' , ']) {
    await expect(call('create', { email, admin: true, permissions })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'permissions' },
    });
  }
  expect((await call('list', {})).text).toBe('No invites.');
});
