import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from './browser.js';
import { password, TwoProcesses } from './two-processes.js';

let two: TwoProcesses;
let admin: Browser;
beforeAll(async () => {
  two = await TwoProcesses.open();
  admin = two.stranger();
  const setUp =
    'mutation ($input: SetUpSiteInput!) { setUpSite(input: $input) { account { id } } }';
  const input = { token: two.setUpToken, username: 'ada', email: 'ada@example.org', password };
  await admin.data(two.url(), setUp, { input });
});
afterAll(() => two.close());

/** On the first server; what is in force is asked of the second. */
const set = (policy: string) =>
  admin.data(two.url(0), `mutation { updatePolicy(input: { ${policy} }) { registration } }`);
const there = () => two.url(1);
const codeOf = async (browser: Browser, document: string, variables = {}) =>
  (await browser.ask(there(), document, variables)).errors?.[0]?.extensions.code ?? 'done';

const register = (typed: string) => {
  const n = two.next();
  const input = { username: `grace${n}`, email: `grace${n}@example.org`, password: typed };
  const document = 'mutation ($input: RegisterInput!) { register(input: $input) }';
  return codeOf(two.stranger(), document, { input });
};

test('who may register is so on the other server at once', async () => {
  for (const [mode, code] of [
    ['CLOSED', 'FORBIDDEN'],
    ['OPEN', 'done'],
    ['INVITE_ONLY', 'FORBIDDEN'],
  ]) {
    await set(`registration: ${mode}`);
    expect(await two.stranger().data(there(), '{ site { registration } }')).toEqual({
      site: { registration: mode },
    });
    expect(await register('an engine of brass')).toBe(code);
  }
  await set('registration: OPEN');
});

test('what passwords must be is, too', async () => {
  await set('minLength: 30');
  expect(await register('an engine of brass')).toBe('WEAK_PASSWORD');
  await set('minLength: 12, requireDigit: true');
  expect(await register('an engine of brass')).toBe('WEAK_PASSWORD');
  expect(await register('an engine of brass 7')).toBe('done');
  await set('requireDigit: false');
  expect(await register('an engine of brass')).toBe('done');
});

test('after how many wrong passwords somebody is warned is, too', async () => {
  const { name } = await two.somebody();
  await set('failedSignInThreshold: 2');
  const stranger = two.stranger();
  const input = { login: name, password: 'wrong' };
  const document = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const warned = async () => {
    const { admin: told } = await admin.data<{ admin: { activity: { nodes: unknown[] } } }>(
      there(),
      `{ admin { activity(username: "${name}", kind: "sign_in.failed_repeatedly") { nodes { id } } } }`,
    );
    return told.activity.nodes.length;
  };
  expect(await codeOf(stranger, document, { input })).toBe('INVALID_CREDENTIALS');
  expect(await warned()).toBe(0);
  expect(await codeOf(stranger, document, { input })).toBe('INVALID_CREDENTIALS');
  await expect.poll(warned).toBe(1);
  await set('failedSignInThreshold: 5');
});

test('a second factor is asked of administrators there too, who may add one and are not locked out', async () => {
  const { name, browser } = await two.somebody();
  const { admin: found } = await admin.data<{ admin: { user: { id: string } } }>(
    two.url(),
    `{ admin { user(username: "${name}") { id } } }`,
  );
  const promote =
    'mutation ($id: ID!) { updateUser(id: $id, input: { role: ADMIN, permissions: ["admin.audit"] }) { id } }';
  await admin.data(two.url(), promote, { id: found.user.id });
  const permissions = '{ admin { permissions } }';
  expect(await codeOf(browser, permissions)).toBe('done');
  await set('requireTwoFactorForAdmins: true');
  expect(await codeOf(browser, permissions)).toBe('TWO_FACTOR_REQUIRED');
  expect(await codeOf(browser, 'mutation { startTotp { secret } }')).toBe('done');
});
