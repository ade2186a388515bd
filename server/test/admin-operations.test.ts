import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { allPermissions } from '../src/features/permission/permissions.js';
import type { Scope, Viewer } from '../src/kernel/viewer.js';
import { createTestApp, nobody } from './app.js';
import type { TestApp } from './app.js';
import { everyField, plausibleArguments } from './every-field.js';
import type { FieldCall } from './every-field.js';

let app: TestApp;
let calls: FieldCall[];
beforeAll(async () => {
  app = await createTestApp();
  calls = everyField(app.schema()).filter(({ operation }) => operation !== 'subscription');
});
afterAll(() => app.close());

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

/** As a program comes that holds a token of this person, with the rights that it has now. */
async function tokenOf(owner: Viewer, scopes: readonly Scope[]): Promise<Viewer> {
  const tokens = app.house.credentials.find(({ carrier }) => carrier === 'bearer')!;
  const { secret } = await app.unit(async () => {
    await app.get(AccessTokens).setEnabled(owner, true);
    return app.get(AccessTokens).create(owner, { name: 'program', scopes });
  });
  return (await app.unit(() => tokens.identify(secret, nobody.origin)))!;
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
