import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { enrol } from '../../../test/second-factor.js';
import type { SoftwareAuthenticator, Twist } from '../../../test/software-authenticator.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { PasskeySignIns } from './passkey-sign-ins.js';

const browser = 'the browser of this test';

let app: TestApp;
let page: PasskeyPage;
let ada: Viewer;
let authenticator: SoftwareAuthenticator;
beforeAll(async () => {
  app = await createTestApp();
  page = new PasskeyPage(app);
});
beforeEach(async () => {
  ada = await app.signedIn();
  authenticator = page.authenticator();
  await page.register(ada, authenticator);
});
afterAll(() => app.close());

const codeOfSignIn = async (twist: Twist = {}, device = authenticator) =>
  refusalOf(await page.signIn(device, twist))?.code ?? 'done';
const log = async () => {
  const rows = await app.kernel.database.queryApart<{ kind: string; details: object }>(
    `select kind, details from activity where account_id = $1 and kind like 'sign_in.%' order by id`,
    [ada.accountId],
  );
  return rows.map(({ kind, details }) => [kind, details]);
};
const passkey = async () => {
  const { data } = await app.graphql(
    '{ me { security { passkeys { lastUsedAt backedUp } } } }',
    {},
    ada,
  );
  return (data!['me'] as { security: { passkeys: object[] } }).security.passkeys[0];
};

describe('signing in with a passkey', () => {
  test('asks for any passkey of this site, and for a finger or a PIN', async () => {
    const { options, expiresAt } = await page.start('startPasskeySignIn');
    expect(options).toMatchObject({
      rpId: 'localhost',
      userVerification: 'required',
      timeout: 300_000,
    });
    expect(options.allowCredentials).toBeUndefined();
    expect(Date.parse(expiresAt) - app.clock.now().getTime()).toBe(300_000);
  });

  test('opens a session that may make sensitive changes for ten minutes', async () => {
    const { data } = await page.signIn(authenticator);
    const { account } = data!['finishPasskeySignIn'] as {
      account: { username: string; security: { confirmedUntil: string; sessions: unknown[] } };
    };
    expect(account.username).toBe(ada.name);
    expect(Date.parse(account.security.confirmedUntil)).toBe(app.clock.now().getTime() + 600_000);
    expect(account.security.sessions[0]).toEqual({ current: true, method: 'PASSKEY' });
    expect(await log()).toEqual([['sign_in.succeeded', { method: 'PASSKEY' }]]);
  });

  test('shows when it was last used, and whether it is backed up by now', async () => {
    expect(await passkey()).toEqual({ lastUsedAt: null, backedUp: false });
    app.clock.advance(60_000);
    expect(await codeOfSignIn({ backupEligible: true, backedUp: true })).toBe('done');
    expect(await passkey()).toEqual({
      lastUsedAt: app.clock.now().toISOString(),
      backedUp: true,
    });
  });

  test('needs no code beside it, and may at once do what a code would open', async () => {
    await enrol(app, ada);
    const { data } = await page.signIn(authenticator);
    const { account } = data!['finishPasskeySignIn'] as {
      account: { security: { confirmedUntil: string | null } };
    };
    expect(account.security.confirmedUntil).not.toBeNull();
  });

  test('stays open while passwords are refused for too many tries', async () => {
    for (let tried = 0; tried < 7; tried += 1) {
      await app.graphql(
        `mutation ($login: String!) { signIn(input: { login: $login, password: "wrong" }) { __typename } }`,
        { login: ada.name },
      );
    }
    expect(await codeOfSignIn()).toBe('done');
  });
});

describe('a passkey’s answer that is not right', () => {
  test.each<[string, Twist]>([
    ['another page', { origin: 'https://evil.example' }],
    ['another port of this host', { origin: 'http://localhost:1' }],
    ['a frame of another page', { crossOrigin: true }],
    ['a frame that names its top', { topOrigin: 'https://evil.example' }],
    ['another host', { rpId: 'evil.example' }],
    ['a registration', { type: 'webauthn.create' }],
    ['another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['nobody there', { userPresent: false }],
    ['somebody who was not verified', { userVerified: false }],
    ['nobody in particular', { userHandle: null }],
    ['another account', { userHandle: Buffer.alloc(32, 7).toString('base64url') }],
    ['a signature over something else', { badSignature: true }],
    ['a passkey nobody has', { id: Buffer.alloc(32, 7).toString('base64url') }],
  ])('for or from %s is refused, without saying why', async (_, twist) => {
    const answer = await page.signIn(authenticator, twist);
    expect(refusalOf(answer)).toEqual({ code: 'INVALID_CREDENTIALS' });
    expect(await passkey()).toEqual({ lastUsedAt: null, backedUp: false });
  });

  test('made with another’s passkey signs in that other only', async () => {
    const eve = page.authenticator();
    const hers = await app.signedIn();
    await page.register(hers, eve);
    const adas = authenticator.credentials[0]!;
    expect(await codeOfSignIn({ id: adas.id }, eve)).toBe('INVALID_CREDENTIALS');
    expect(await codeOfSignIn({ userHandle: adas.userHandle }, eve)).toBe('INVALID_CREDENTIALS');
    const both = { id: adas.id, userHandle: adas.userHandle };
    expect(await codeOfSignIn(both, eve)).toBe('INVALID_CREDENTIALS');
    expect(await codeOfSignIn({}, eve)).toBe('done');
    expect((await log()).map(([kind]) => kind)).not.toContain('sign_in.succeeded');
  });

  test('is in the log of its account', async () => {
    await page.signIn(authenticator, { badSignature: true });
    expect(await log()).toEqual([['sign_in.failed', { method: 'PASSKEY' }]]);
  });

  test('counts less than the last one: a copied key', async () => {
    const counting = page.authenticator({ counts: true });
    await page.register(ada, counting);
    expect(await codeOfSignIn({ signCount: 5 }, counting)).toBe('done');
    for (const signCount of [5, 4, 1]) {
      expect(await codeOfSignIn({ signCount }, counting)).toBe('INVALID_CREDENTIALS');
    }
    expect((await log()).at(-1)).toEqual(['sign_in.failed', { method: 'PASSKEY' }]);
    expect(await codeOfSignIn({ signCount: 6 }, counting)).toBe('done');
    // Moved to a store that does not count.
    expect(await codeOfSignIn({ signCount: 0 }, counting)).toBe('done');
  });

  test.each([null, 5, {}, { id: 'AA', rawId: 'AA', type: 'public-key', response: {} }])(
    'such as %j is refused as malformed',
    async (response) => {
      const { id } = await page.start('startPasskeySignIn');
      expect(refusalOf(await page.finishSignIn(id, response))).toEqual({
        code: 'BAD_USER_INPUT',
        field: 'response',
      });
    },
  );
});

test('who is disabled learns it only with a right passkey', async () => {
  await app.kernel.database.queryApart('update account set disabled_at = $2 where id = $1', [
    ada.accountId,
    app.clock.now(),
  ]);
  expect(await codeOfSignIn({ badSignature: true })).toBe('INVALID_CREDENTIALS');
  expect(await codeOfSignIn()).toBe('ACCOUNT_DISABLED');
});

describe('a ceremony', () => {
  const finish = async (id: string, response: unknown) =>
    refusalOf(await page.finishSignIn(id, response));

  test('is burnt by its first answer, right or wrong, and cannot be replayed', async () => {
    const right = await page.start('startPasskeySignIn');
    const response = authenticator.get(right.options);
    expect(await finish(right.id, response)).toBeNull();
    const over = { code: 'INVALID_TOKEN', field: 'ceremonyId' };
    expect(await finish(right.id, response)).toEqual(over);
    const other = await page.start('startPasskeySignIn');
    expect((await finish(other.id, response))?.code).toBe('INVALID_CREDENTIALS');
    expect(await finish(other.id, authenticator.get(other.options))).toEqual(over);
  });

  test('is over after five minutes', async () => {
    const { id, options } = await page.start('startPasskeySignIn');
    app.clock.advance(300_000);
    expect((await finish(id, authenticator.get(options)))?.code).toBe('INVALID_TOKEN');
  });

  test('begun in one browser is not finished in another, nor afterwards', async () => {
    const { id: ceremonyId, options } = await page.start('startPasskeySignIn');
    const response = authenticator.get(options);
    const at = (where: string) =>
      codeOf(
        app.unit(() =>
          app.get(PasskeySignIns).signIn(nobody, { ceremonyId, response, browser: where }, true),
        ),
      );
    expect(await at('a thief’s browser')).toBe('INVALID_TOKEN');
    expect(await at(browser)).toBe('INVALID_TOKEN');
  });

  test('for confirming who one is does not sign in', async () => {
    const { id, options } = await page.start('startPasskeyConfirmation', ada);
    expect((await finish(id, authenticator.get(options)))?.code).toBe('INVALID_TOKEN');
  });

  test('answered fifty times at once over two servers opens one session', async () => {
    const second = await openBeside(app);
    try {
      const { id: ceremonyId, options } = await page.start('startPasskeySignIn');
      const answer = { ceremonyId, response: authenticator.get(options), browser };
      const codes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          const server = index % 2 === 0 ? app : second;
          return codeOf(server.unit(() => server.get(PasskeySignIns).signIn(nobody, answer, true)));
        }),
      );
      expect(codes.filter((code) => code === 'done')).toHaveLength(1);
      expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
      expect((await log()).filter(([kind]) => kind === 'sign_in.succeeded')).toHaveLength(1);
    } finally {
      await second.close();
    }
  });
});

test('one network cannot fill the database with ceremonies', async () => {
  const viewer = { ...nobody, origin: { address: '198.51.100.9', userAgent: null } };
  const start = async () => {
    const answer = await app.graphql('mutation { startPasskeySignIn { id } }', {}, viewer);
    return refusalOf(answer);
  };
  expect(await start()).toBeNull();
  await app.kernel.database.queryApart(
    `update rate_limit set count = 3000 where key like 'ceremony:%'`,
  );
  const refused = await start();
  expect(refused?.code).toBe('RATE_LIMITED');
  expect(refused?.retryAfter).toBeGreaterThan(0);
  app.clock.advance(300_000);
  expect(await start()).toBeNull();
});
