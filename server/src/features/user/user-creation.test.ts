import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { Links } from '../../kernel/access/link.js';
import { openMail } from '../../kernel/outbox/mail.js';
import type { QueuedMail } from '../../kernel/outbox/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { allPermissions } from '../permission/permissions.js';

let app: TestApp;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  admin = await app.signedIn({ permissions: [...allPermissions] });
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));

let made = 0;
const someone = () => {
  made += 1;
  return { username: `made-${made}`, email: `Made-${made}@Example.org` };
};

async function create(input: Record<string, unknown>, viewer = admin) {
  const query = `mutation ($input: CreateUserInput!) {
    createUser(input: $input) {
      id username email displayName role permissions disabled sessionCount lastActiveAt createdAt
    }
  }`;
  const { data, errors } = await app.graphql(query, { input }, viewer);
  const user = (data as { createUser?: Record<string, unknown> } | null | undefined)?.createUser;
  return { user, refusal: errors?.[0]?.extensions };
}

async function mails() {
  const rows = await sql<{ payload: QueuedMail }>(
    `select payload from graphile_worker._private_jobs job
     join graphile_worker._private_tasks task on task.id = job.task_id
     where task.identifier = 'mail.send' order by job.id`,
  );
  return rows.map(({ payload }) => openMail(payload, app.kernel.sealer).mail);
}

describe('an administrator who makes an account', () => {
  test('without a password lets a link be mailed that is good for seven days', async () => {
    const input = someone();
    const { user } = await create(input);
    expect(user).toEqual({
      ...input,
      id: expect.any(String) as string,
      email: input.email.replace('Example', 'example'),
      displayName: null,
      role: 'USER',
      permissions: [],
      disabled: false,
      sessionCount: 0,
      lastActiveAt: null,
      createdAt: app.kernel.clock.now().toISOString(),
    });
    const mail = (await mails()).at(-1)!;
    expect(mail).toMatchObject({ kind: 'welcome', to: { address: user!['email'] } });
    const link = mail.blocks.find((block) => block.kind === 'link')!;
    const url = new URL(link.url);
    expect(url.origin + url.pathname).toBe(`${app.kernel.settings.publicUrl}/welcome`);
    const { database, clock } = app.kernel;
    const [row] = await sql<{ expires_at: Date }>(
      'select expires_at from link where account_id = $1',
      [user!['id']],
    );
    expect(row?.expires_at).toEqual(new Date(clock.now().getTime() + 7 * 86_400_000));
    const redeemed = await app.unit(() =>
      new Links(database, clock).redeem(['welcome'], url.searchParams.get('token')!),
    );
    expect(redeemed).toMatchObject({ accountId: user!['id'] });
  });

  test('with a password makes it one for one use, and mails no link', async () => {
    const before = (await mails()).length;
    const { user } = await create({ ...someone(), password: 'plum otter violin 7' });
    const [row] = await sql<{ one_time_until: Date | null }>(
      'select one_time_until from password where account_id = $1',
      [user!['id']],
    );
    expect(row?.one_time_until).toEqual(
      new Date(app.kernel.clock.now().getTime() + 72 * 3_600_000),
    );
    expect(await mails()).toHaveLength(before);
    expect(await sql('select 1 from link where account_id = $1', [user!['id']])).toEqual([]);
  });

  test('stands in its activity as who did it', async () => {
    const { user } = await create(someone());
    expect(
      await sql('select kind, actor from activity where account_id = $1', [user!['id']]),
    ).toEqual([{ kind: 'account.created', actor: admin.name }]);
  });

  test('of role ADMIN gives all permissions, or those that are listed', async () => {
    const all = await create({ ...someone(), role: 'ADMIN' });
    expect(all.user).toMatchObject({ role: 'ADMIN', permissions: [...allPermissions].sort() });
    const some = await create({
      ...someone(),
      role: 'ADMIN',
      permissions: ['admin.users', 'admin.audit', 'admin.users'],
    });
    expect(some.user).toMatchObject({ permissions: ['admin.audit', 'admin.users'] });
  });

  test('grants nothing beyond the own permissions, and nothing is left of the try', async () => {
    const lesser = await app.signedIn({ permissions: ['admin.users'] });
    const input = someone();
    const no = { code: 'FORBIDDEN', field: 'permissions' };
    expect((await create({ ...input, role: 'ADMIN' }, lesser)).refusal).toMatchObject(no);
    const listed = { ...input, role: 'ADMIN', permissions: ['admin.audit'] };
    expect((await create(listed, lesser)).refusal).toMatchObject(no);
    expect(await sql('select 1 from account where username = $1', [input.username])).toEqual([]);
    const own = await create({ ...input, role: 'ADMIN', permissions: ['admin.users'] }, lesser);
    expect(own.user).toMatchObject({ permissions: ['admin.users'] });
  });

  test.each([
    [{ permissions: ['admin.users'] }, 'BAD_USER_INPUT', 'permissions'],
    [{ role: 'ADMIN', permissions: ['admin.everything'] }, 'BAD_USER_INPUT', 'permissions'],
    [{ username: 'Ada' }, 'BAD_USER_INPUT', 'username'],
    [{ email: 'nowhere' }, 'BAD_USER_INPUT', 'email'],
    [{ password: 'short' }, 'WEAK_PASSWORD', 'password'],
    [{ password: '' }, 'WEAK_PASSWORD', 'password'],
    [{ role: 'OWNER' }, 'BAD_USER_INPUT', 'role'],
  ])('is told what is wrong with %j, and nothing is half done', async (wrong, code, field) => {
    const count = () => sql('select count(*) from account');
    const [before, mailed] = [await count(), (await mails()).length];
    expect((await create({ ...someone(), ...wrong })).refusal).toMatchObject({ code, field });
    expect(await count()).toEqual(before);
    expect(await mails()).toHaveLength(mailed);
  });

  test('is told when the name or the address is taken, also when two ask at once', async () => {
    const input = someone();
    const both = await Promise.all([create(input), create(input)]);
    expect(both.filter(({ user }) => user)).toHaveLength(1);
    const taken = both.find(({ refusal }) => refusal)!;
    expect(taken.refusal).toMatchObject({ code: 'TAKEN' });
    const address = { ...someone(), email: input.email.toUpperCase() };
    expect((await create(address)).refusal).toMatchObject({ code: 'TAKEN', field: 'email' });
  });

  test('confirms who it is first, with a session and never with a token', async () => {
    const late = { ...admin, confirmedUntil: null };
    expect((await create(someone(), late)).refusal).toMatchObject({
      code: 'IDENTITY_CONFIRMATION_REQUIRED',
    });
    const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
    expect((await create(someone(), token)).refusal).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('needs the permission admin.users', async () => {
    const auditor = await app.signedIn({ permissions: ['admin.audit'] });
    expect((await create(someone(), auditor)).refusal).toMatchObject({ code: 'FORBIDDEN' });
  });
});
