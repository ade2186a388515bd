import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { enrol, now } from '../../../test/second-factor.js';
import type { SoftwareAuthenticator, Twist } from '../../../test/software-authenticator.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Confirmations } from './confirmations.js';

const start = 'startPasskeyConfirmation';
const document = `mutation ($input: ConfirmIdentityInput!) {
  confirmIdentity(input: $input) { confirmedUntil }
}`;

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
  app.clock.advance(11 * 60_000);
  ada = await viewerOf(app, app.secretOf(ada));
});
afterAll(() => app.close());

const confirm = async (ceremonyId: string, response: unknown, viewer = ada) =>
  refusalOf(await app.graphql(document, { input: { passkey: { ceremonyId, response } } }, viewer));
const answer = async (twist: Twist = {}, device = authenticator) => {
  const { id, options } = await page.start(start, ada);
  return confirm(id, device.get(options, twist));
};
const isConfirmed = async () =>
  ((await viewerOf(app, app.secretOf(ada))).confirmedUntil ?? 0) > app.clock.now();

describe('confirming who one is with a passkey', () => {
  test('asks for those of the account alone and opens the window', async () => {
    const { options } = await page.start(start, ada);
    expect(options.allowCredentials).toEqual([
      { id: authenticator.credentials[0]!.id, transports: ['internal'], type: 'public-key' },
    ]);
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(await isConfirmed()).toBe(false);
    expect(await answer()).toBeNull();
    expect(await isConfirmed()).toBe(true);
  });

  test('works where the authenticator does not say whose it is', async () => {
    expect(await answer({ userHandle: null })).toBeNull();
  });

  test('does not take the password away from who has no second factor', async () => {
    const input = { password: goodPassword };
    expect(refusalOf(await app.graphql(document, { input }, ada))).toBeNull();
  });

  test('is as good as a code for who has a second factor', async () => {
    const bob = await app.signedIn();
    await page.register(bob, authenticator);
    await enrol(app, bob);
    app.clock.advance(11 * 60_000);
    const later = await now(app, bob);
    const byPassword = await app.graphql(document, { input: { password: goodPassword } }, later);
    expect(refusalOf(byPassword)?.code).toBe('INVALID_CREDENTIALS');
    const { id, options } = await page.start(start, later);
    expect(await confirm(id, authenticator.get(options), later)).toBeNull();
    expect((await now(app, bob)).confirmedUntil).not.toBeNull();
  });

  test('cannot be begun by who has none', async () => {
    await expect(page.start(start, await app.signedIn())).rejects.toThrow('NOT_FOUND');
  });

  test('comes alone', async () => {
    const { id, options } = await page.start(start, ada);
    const passkey = { ceremonyId: id, response: authenticator.get(options) };
    const input = { password: goodPassword, passkey };
    expect(refusalOf(await app.graphql(document, { input }, ada))?.code).toBe('BAD_USER_INPUT');
    expect(await isConfirmed()).toBe(false);
  });

  test.each<[string, Twist]>([
    ['a wrong signature', { badSignature: true }],
    ['another page', { origin: 'https://evil.example' }],
    ['a frame of another page', { crossOrigin: true }],
    ['another host', { rpId: 'evil.example' }],
    ['a registration', { type: 'webauthn.create' }],
    ['another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['a passkey nobody has', { id: Buffer.alloc(32, 7).toString('base64url') }],
    ['nobody there', { userPresent: false }],
    ['somebody who was not verified', { userVerified: false }],
    ['another account', { userHandle: Buffer.alloc(32, 7).toString('base64url') }],
  ])('is refused for %s', async (_, twist) => {
    expect(await answer(twist)).toEqual({ code: 'INVALID_CREDENTIALS', field: 'passkey' });
    expect(await isConfirmed()).toBe(false);
  });

  test('is refused with the passkey of another account', async () => {
    const eve = await app.signedIn();
    const hers = page.authenticator();
    await page.register(eve, hers);
    const { id, options } = await page.start(start, ada);
    const response = hers.get({ ...options, allowCredentials: [] });
    expect((await confirm(id, response))?.code).toBe('INVALID_CREDENTIALS');
    const begun = await page.start(start, eve);
    expect((await confirm(begun.id, hers.get(begun.options)))?.code).toBe('INVALID_TOKEN');
    expect(await isConfirmed()).toBe(false);
  });

  test('is refused with a ceremony for signing in', async () => {
    const { id, options } = await page.start('startPasskeySignIn');
    expect((await confirm(id, authenticator.get(options)))?.code).toBe('INVALID_TOKEN');
  });

  test('fifty times at once over two servers works once', async () => {
    const second = await openBeside(app);
    try {
      const { id, options } = await page.start(start, ada);
      const passkey = { ceremonyId: id, response: authenticator.get(options) };
      const codes = await Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          const server = index % 2 === 0 ? app : second;
          const browser = () => 'the browser of this test';
          return codeOf(
            server.unit(() => server.get(Confirmations).confirm(ada, { passkey }, browser)),
          );
        }),
      );
      expect(codes.filter((code) => code === 'done')).toHaveLength(1);
      expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
    } finally {
      await second.close();
    }
  });
});
