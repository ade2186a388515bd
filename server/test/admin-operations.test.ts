import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { allPermissions } from '../src/features/permission/permissions.js';
import type { Scope, Viewer } from '../src/kernel/access/viewer.js';
import { nobody } from './app.js';
import type { TestApp } from './app.js';
import { everyField, plausibleArguments } from './every-field.js';
import type { FieldCall } from './every-field.js';
import { createTestServer } from './server.js';
import type { As, TestServer } from './server.js';

let server: TestServer;
let app: TestApp;
let calls: FieldCall[];
let subscriptions: FieldCall[];
beforeAll(async () => {
  server = await createTestServer();
  ({ app } = server);
  const all = everyField(app.schema());
  calls = all.filter(({ operation }) => operation !== 'subscription');
  subscriptions = all.filter(({ operation }) => operation === 'subscription');
});
afterAll(() => server.close());

const refused = new Set(['FORBIDDEN', 'UNAUTHENTICATED']);
const everyScope: readonly Scope[] = [
  'ACCOUNT_READ',
  'ACCOUNT_WRITE',
  'NOTIFICATIONS_READ',
  'NOTIFICATIONS_WRITE',
];

async function ask(call: FieldCall, viewer: Viewer): Promise<string> {
  const fields = Object.fromEntries(call.arguments.map((argument) => [argument.name, argument]));
  // Else whoever comes sixth would be told to wait.
  await app.unit(() => app.kernel.database.query('delete from rate_limit'));
  const { errors } = await app.graphql(call.shallow, plausibleArguments(fields), viewer);
  return errors?.[0]?.extensions.code ?? 'done';
}

const secretOf = (owner: Viewer, scopes: readonly Scope[]): Promise<string> =>
  app.unit(async () => {
    await app.get(AccessTokens).setEnabled(owner, true);
    return (await app.get(AccessTokens).create(owner, { name: 'program', scopes })).secret;
  });

/** As a program comes that holds a token of this person, with the rights that it has now. */
async function tokenOf(owner: Viewer, scopes: readonly Scope[]): Promise<Viewer> {
  const tokens = app.house.credentials.find(({ carrier }) => carrier === 'bearer')!;
  const secret = await secretOf(owner, scopes);
  return (await app.unit(() => tokens.identify(secret, nobody.origin)))!;
}

/** Over a socket: what comes first, or the code of why nothing does. */
async function hear({ document }: FieldCall, as: As): Promise<string> {
  const followed = server.subscribe(document, {}, as);
  const first = await followed.next().catch(() => null);
  await followed.stop();
  if (first === null) {
    const end = await followed.ended;
    return end === 'completed' ? end : `closed with ${end.code}`;
  }
  return (first.errors?.[0]?.extensions?.['code'] as string | undefined) ?? 'done';
}

const without = (permission: string) =>
  permission === 'ANY' ? [] : allPermissions.filter((each) => each !== permission);
const only = (permission: string) => (permission === 'ANY' ? ['admin.audit'] : [permission]);

/** What somebody is answered who may or may not: what else is wrong with the input does not count. */
const isRefused = async (call: FieldCall, viewer: Viewer) => refused.has(await ask(call, viewer));

describe('every operation that says it is an administrator’s', () => {
  test('is refused to everybody else, and not to him', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    const declared = calls.filter(({ rule }) => rule?.permission !== undefined);
    const expectThat = async (call: FieldCall, who: string, viewer: Viewer, wanted: boolean) => {
      if ((await isRefused(call, viewer)) === wanted) return;
      wrong.push(`${call.name}: ${who} is ${wanted ? 'let in' : 'refused'}`);
    };
    for (const call of declared) {
      const { permission = '', scope } = call.rule!;
      const user = await app.signedIn();
      const lacking = await app.signedIn({ role: 'ADMIN', permissions: without(permission) });
      const holding = await app.signedIn({ permissions: only(permission) });
      expect(await ask(call, nobody)).toBe('UNAUTHENTICATED');
      await expectThat(call, 'a user', user, true);
      await expectThat(call, 'a token of a user', await tokenOf(user, everyScope), true);
      await expectThat(call, 'an administrator without it', lacking, true);
      await expectThat(call, 'his token', await tokenOf(lacking, ['ADMIN']), true);
      await expectThat(call, 'an administrator with it', holding, false);
      const plain = await tokenOf(holding, everyScope);
      await expectThat(call, 'a token without ADMIN', plain, true);
      const token = await tokenOf(holding, ['ADMIN']);
      await expectThat(call, 'a token with ADMIN', token, scope !== 'ADMIN');
    }
    expect(wrong).toEqual([]);
    expect(declared.length).toBeGreaterThanOrEqual(20);
  });
});

describe('every subscription that says it is an administrator’s', () => {
  test('tells nobody else anything, and him', async () => {
    const declared = subscriptions.filter(({ rule }) => rule?.permission !== undefined);
    expect(declared.map(({ name }) => name)).toEqual(['Subscription.supportAccess']);
    for (const call of declared) {
      const { permission = '' } = call.rule!;
      const user = await app.signedIn();
      const lacking = await app.signedIn({ role: 'ADMIN', permissions: without(permission) });
      const holding = await app.signedIn({ permissions: only(permission) });
      const cookie = (viewer: Viewer) => ({ cookie: app.secretOf(viewer) });
      const token = async (viewer: Viewer, scopes: readonly Scope[]) => ({
        token: await secretOf(viewer, scopes),
      });
      expect(await hear(call, {})).toBe('closed with 4401');
      expect(await hear(call, cookie(user))).toBe('FORBIDDEN');
      expect(await hear(call, await token(user, everyScope))).toBe('FORBIDDEN');
      expect(await hear(call, cookie(lacking))).toBe('FORBIDDEN');
      expect(await hear(call, await token(lacking, ['ADMIN']))).toBe('FORBIDDEN');
      expect(await hear(call, await token(holding, everyScope))).toBe('FORBIDDEN');
      expect(await hear(call, cookie(holding))).toBe('done');
      expect(await hear(call, await token(holding, ['ADMIN']))).toBe('done');
    }
  });

  test('says so by more than words', () => {
    const inWords = subscriptions.filter(({ description }) => description.startsWith('Permission'));
    expect(inWords.filter(({ rule }) => rule?.permission === undefined)).toEqual([]);
  });
});

describe('every other operation', () => {
  test('asks for no permission that it does not say', { timeout: 120_000 }, async () => {
    const silent: string[] = [];
    for (const call of calls.filter(({ rule }) => rule?.permission === undefined)) {
      const user = await app.signedIn();
      if (!(await isRefused(call, user))) continue;
      const administrator = await app.signedIn({ permissions: allPermissions });
      if (!(await isRefused(call, administrator))) silent.push(call.name);
    }
    expect(silent).toEqual([]);
  });

  test('says no permission in words alone', () => {
    const inWords = calls.filter(({ description }) => /^Permission admin\./.test(description));
    expect(inWords.length).toBeGreaterThan(5);
    expect(inWords.filter(({ rule }) => rule?.permission === undefined)).toEqual([]);
  });
});
