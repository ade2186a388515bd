import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, nobodyAt, openBeside, refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Sessions } from '../session/sessions.js';
import { SignIns } from './sign-ins.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ username: 'ada' });
});
beforeEach(() => app.unit(() => app.kernel.database.query('delete from rate_limit')));
afterAll(() => app.close());

const home = nobodyAt('203.0.113.7');
const away = nobodyAt('198.51.100.4');
const document = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;
const signIn = (login: string, password: string, viewer: Viewer) =>
  app.graphql(document, { input: { login, password } }, viewer);
const codes = async (tries: Promise<object>[]) =>
  (await Promise.all(tries)).map((answer) => refusalOf(answer)?.code ?? 'done').sort();
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const spend = async (login: string, viewer: Viewer) => {
  for (const _ of times(5)) await signIn(login, 'wrong', viewer);
};

describe('tries of a password', () => {
  test.each(['ada', 'nobody'])('fifty at once for %j: five are checked', async (login) => {
    const found = await codes(times(50).map(() => signIn(login, 'wrong', away)));
    expect(found).toEqual([
      ...times(5).map(() => 'INVALID_CREDENTIALS'),
      ...times(45).map(() => 'RATE_LIMITED'),
    ]);
  });

  test('however the name is written', async () => {
    const spellings = ['ada', 'ADA', ' ada', 'ada@example.org', 'Ada@EXAMPLE.org'];
    const found = await codes(times(50).map((n) => signIn(spellings[n % 5]!, 'wrong', away)));
    expect(found.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5);
  });

  test('a name that is nobody’s counts its spellings together as well', async () => {
    await spend('nobody', away);
    expect(refusalOf(await signIn(' Nobody', 'wrong', away))?.code).toBe('RATE_LIMITED');
    await spend('nobody@example.org', away);
    const other = await signIn('Nobody@Example.org ', 'wrong', away);
    expect(refusalOf(other)?.code).toBe('RATE_LIMITED');
  });

  test('while limited the right password and a wrong one get the same answer', async () => {
    await spend('ada', away);
    const wrong = await signIn('ada', 'wrong', away);
    const right = await signIn('ada', goodPassword, away);
    expect(refusalOf(wrong)).toEqual({ code: 'RATE_LIMITED', retryAfter: 30 });
    expect(right).toEqual(wrong);
  });

  test('after the pause there is one more, and the next pause is twice as long', async () => {
    await spend('ada', away);
    app.clock.advance(30_000);
    expect(refusalOf(await signIn('ada', 'wrong', away))?.code).toBe('INVALID_CREDENTIALS');
    expect(refusalOf(await signIn('ada', 'wrong', away))?.retryAfter).toBe(60);
    app.clock.advance(60_000);
    expect(refusalOf(await signIn('ada', goodPassword, away))).toBeNull();
    expect(refusalOf(await signIn('ada', 'wrong', away))?.code).toBe('INVALID_CREDENTIALS');
  });

  test('hold over a restart and on every server', async () => {
    await spend('ada', away);
    const second = await openBeside(app);
    try {
      const input = { login: 'ada', password: goodPassword, remember: true };
      const code = await codeOf(second.unit(() => second.get(SignIns).signIn(away, input)));
      expect(code).toBe('RATE_LIMITED');
    } finally {
      await second.close();
    }
  });

  test('of strangers elsewhere do not lock the owner out', async () => {
    await spend('ada', away);
    expect(refusalOf(await signIn('ada', goodPassword, home))).toBeNull();
  });

  test('wrong ones at changing it and at confirming count too', async () => {
    const change = `mutation { changePassword(currentPassword: "wrong", newPassword: "another engine of brass") { hasPassword } }`;
    const confirm = `mutation { confirmIdentity(input: { password: "wrong" }) { confirmedUntil } }`;
    for (const query of [change, confirm, change, confirm, change]) {
      expect(refusalOf(await app.graphql(query, {}, ada))?.code).toBe('INVALID_CREDENTIALS');
    }
    expect(refusalOf(await app.graphql(confirm, {}, ada))?.code).toBe('RATE_LIMITED');
    expect(refusalOf(await signIn('ada', goodPassword, home))?.code).toBe('RATE_LIMITED');
  });
});

describe('tries from many networks', () => {
  const networks = times(100).map((n) => nobodyAt(`10.7.${n}.1`));

  test('end after a hundred, but not for the networks the account is known in', async () => {
    await Promise.all(networks.map((network) => signIn('ada', 'wrong', network)));
    const stranger = await signIn('ada', goodPassword, nobodyAt('10.8.0.1'));
    expect(refusalOf(stranger)).toEqual({ code: 'RATE_LIMITED', retryAfter: 30 });
    expect(refusalOf(await signIn('ada', 'wrong', home))?.code).toBe('INVALID_CREDENTIALS');
    expect(refusalOf(await signIn('ada', goodPassword, home))).toBeNull();
  });

  test('look the same for a name that is nobody’s', async () => {
    await Promise.all(networks.map((network) => signIn('nobody', 'wrong', network)));
    const stranger = await signIn('nobody', 'wrong', nobodyAt('10.8.0.1'));
    expect(refusalOf(stranger)).toEqual({ code: 'RATE_LIMITED', retryAfter: 30 });
  });
});

test('fifty sign-ins at once leave fifty sessions at most', async () => {
  const open = () =>
    app
      .get(Sessions)
      .open(ada.accountId!, 'PASSWORD', home.origin, { remember: true, confirmed: true });
  await Promise.all(times(60).map(() => app.unit(open)));
  const rows = await app.unit(() =>
    app.kernel.database.query('select id from session where account_id = $1', [ada.accountId]),
  );
  expect(rows).toHaveLength(50);
});
