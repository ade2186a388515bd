import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Accounts } from '../account/accounts.js';
import { AccessTokens } from './access-tokens.js';
import { TokenReminders } from './token-reminders.js';

let app: TestApp;
let second: SecondApp;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

const day = 86_400_000;
const remind = () => app.unit(() => app.get(TokenReminders).remind());
const turn = (owner: Viewer, enabled: boolean) =>
  app.unit(() => app.get(AccessTokens).setEnabled(owner, enabled));
async function tokenOf(days: number | null, name = 'backup') {
  const owner = await app.signedIn();
  await turn(owner, true);
  const expiresAt = days === null ? null : new Date(app.clock.now().getTime() + days * day);
  const made = await app.unit(() =>
    app.get(AccessTokens).create(owner, { name, scopes: ['ACCOUNT_READ'], expiresAt }),
  );
  return { owner, ...made };
}
interface Told {
  type: string;
  title: string;
  body: string;
  url: string | null;
  severity: string;
}
const inbox = async (viewer: Viewer) => {
  const document = '{ me { inbox { nodes { type title body url severity } } } }';
  const { data } = await app.graphql(document, {}, viewer);
  return (data as { me: { inbox: { nodes: Told[] } } }).me.inbox.nodes;
};

test('the owner is told a week before a token ends, once, in their language and zone', async () => {
  const { owner, accessToken } = await tokenOf(90, 'Mail panel');
  await app.graphql(
    'mutation { updatePreferences(input: { timeZone: "Asia/Tokyo" }) { id } }',
    {},
    owner,
  );
  app.clock.advance(83 * day - 1);
  await remind();
  expect(await inbox(owner)).toEqual([]);
  app.clock.advance(1);
  const both = [app.get(TokenReminders), second.get(TokenReminders)];
  await Promise.all([
    app.unit(() => both[0]!.remind()),
    second.unit(() => both[1]!.remind()),
    app.unit(() => both[0]!.remind()),
  ]);
  app.clock.advance(day);
  await remind();
  const told = { timeZone: 'Asia/Tokyo', dateStyle: 'full', timeStyle: 'short' } as const;
  const on = (locale: string) => accessToken.expiresAt!.toLocaleString(locale, told);
  expect(await inbox(owner)).toEqual([
    {
      type: 'access_token.expiring',
      title: 'The access token “Mail panel” ends soon',
      body: `Programs that use ${accessToken.prefix} are refused from ${on('en-GB')} GMT+9 on. Create a new one under API and put it in its place.`,
      url: '/api-access#tokens',
      severity: 'WARNING',
    },
  ]);
  expect((await inbox({ ...owner, locale: 'IT' }))[0]).toMatchObject({
    title: 'Il token di accesso “Mail panel” sta per scadere',
    body: expect.stringContaining(
      `verranno rifiutati a partire da ${on('it-IT')} GMT+9.`,
    ) as string,
  });
});

test('of a short life the last quarter is told of, and of less than two days nothing', async () => {
  const week = await tokenOf(7);
  const one = await tokenOf(1);
  const never = await tokenOf(null);
  app.clock.advance(0.9 * day);
  await remind();
  app.clock.advance(4.3 * day);
  await remind();
  expect(await inbox(week.owner)).toEqual([]);
  app.clock.advance(0.1 * day);
  await remind();
  expect(await inbox(week.owner)).toHaveLength(1);
  expect([await inbox(one.owner), await inbox(never.owner)]).toEqual([[], []]);
});

test('of what has ended, or is behind a switch that is off, nobody is told', async () => {
  const ended = await tokenOf(30);
  app.clock.advance(31 * day);
  const off = await tokenOf(30);
  await turn(off.owner, false);
  app.clock.advance(25 * day);
  await remind();
  expect([await inbox(ended.owner), await inbox(off.owner)]).toEqual([[], []]);
  // Switched on again in time, it is told of.
  await app.unit(() =>
    app.kernel.database.query('update api_access set enabled = true where account_id = $1', [
      off.owner.accountId,
    ]),
  );
  await remind();
  expect(await inbox(off.owner)).toHaveLength(1);
});

test('a program that emits the type with nonsense makes no inbox unreadable', async () => {
  const chief = await app.signedIn({ permissions: ['admin.notifications'] });
  const input = {
    key: 'nonsense',
    type: 'access_token.expiring',
    username: chief.name,
    data: { name: 'x', prefix: 'gha_', expiresAt: 'soon', timeZone: 'Middle/Earth' },
  };
  const emit = 'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { recipients } }';
  expect((await app.graphql(emit, { input }, chief)).errors).toBeUndefined();
  expect((await inbox(chief))[0]?.body).toContain('soon');
});

test('hundreds at once are all told, each once', async () => {
  const { owner } = await tokenOf(30);
  await app.unit(() =>
    app.kernel.database.query(
      `insert into access_token (id, account_id, name, prefix, secret_hash, scopes, created_at, expires_at)
       select gen_random_uuid(), account_id, 'many ' || n, prefix, secret_hash || n, scopes, created_at, expires_at
       from access_token, generate_series(1, 249) n where account_id = $1`,
      [owner.accountId],
    ),
  );
  app.clock.advance(25 * day);
  await Promise.all([remind(), second.unit(() => second.get(TokenReminders).remind())]);
  const rows = await app.unit(() =>
    app.kernel.database.query<{ told: number; names: number }>(
      `select count(*)::int as told, count(distinct m.data ->> 'name')::int as names
       from notification n join message m on m.id = n.message_id where n.account_id = $1`,
      [owner.accountId],
    ),
  );
  expect(rows).toEqual([{ told: 250, names: 250 }]);
});

test('who is told, and is deleted or gets another address meanwhile, is not waited for in a circle', async () => {
  const before = app.kernel.database.redone;
  const many = await Promise.all(Array.from({ length: 8 }, () => tokenOf(30)));
  app.clock.advance(25 * day);
  const ended = many.map(({ owner }) =>
    app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Accounts).hold(owner.accountId!, { email: true });
        await setTimeout(50);
        await app.get(AccessTokens).endAll(owner.accountId!);
      }),
    ),
  );
  await Promise.all([...ended, remind(), remind()]);
  expect(app.kernel.database.redone - before).toBe(0);
});
