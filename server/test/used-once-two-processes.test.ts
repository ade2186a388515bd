import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from './browser.js';
import { SoftwareAuthenticator } from './software-authenticator.js';
import type { CeremonyOptions } from './software-authenticator.js';
import { expectOne, password, TwoProcesses } from './two-processes.js';
import type { Person } from './two-processes.js';

/**
 * What works once, tried fifty times at the same moment, half at either of two server processes on
 * one database, over HTTP and with the real cost of hashing. Nothing but the API, mails and cookies:
 * as whoever attacks it would.
 */
let two: TwoProcesses;
let admin: Browser;
beforeAll(async () => {
  two = await TwoProcesses.open();
}, 120_000);
afterAll(() => two.close());

const verifyEmail = 'mutation ($t: String!) { verifyEmail(token: $t) }';
const resetPassword = `mutation ($t: String!) {
  resetPassword(token: $t, newPassword: "a moth in a relay") }`;

test('of fifty with the set-up token one becomes the administrator', async () => {
  const browsers = Array.from({ length: 50 }, () => two.stranger());
  const codes = await two.fifty((at, from, n) =>
    browsers[n]!.ask(
      at,
      'mutation ($input: SetUpSiteInput!) { setUpSite(input: $input) { account { username } } }',
      {
        input: {
          token: two.setUpToken,
          username: `admin${n}`,
          email: `admin${n}@example.org`,
          password,
        },
      },
      from,
    ),
  );
  expectOne(codes, 'INVALID_TOKEN');
  admin = browsers[codes.indexOf('done')]!;
  const all = '{ admin { users { totalCount } } }';
  expect(await admin.data(two.url(1), all)).toEqual({ admin: { users: { totalCount: 1 } } });
  const open = 'mutation { updatePolicy(input: { registration: OPEN }) { registration } }';
  await admin.data(two.url(), open);
});

describe('of fifty that follow one link one is the first, when it', () => {
  test('verifies who registered', async () => {
    const token = await two.register('grace', 'grace@example.org');
    expectOne(await two.follow(verifyEmail, token), 'INVALID_TOKEN');
    await two.signIn(two.stranger(), 'grace');
  });

  test('is the first verification of who was made by an administrator', async () => {
    await admin.data(
      two.url(),
      `mutation { createUser(input: { username: "joan", email: "joan@example.org",
         password: "a comptometer in a row" }) { id } }`,
    );
    const resend = 'mutation { resendVerification(email: "joan@example.org") }';
    await two.stranger().data(two.url(), resend);
    expectOne(
      await two.follow(verifyEmail, await two.tokenTo('joan@example.org')),
      'INVALID_TOKEN',
    );
  });

  test('changes the address', async () => {
    const { name, browser } = await two.somebody();
    const email = `${name}@example.net`;
    const document =
      'mutation ($email: EmailAddress!) { requestEmailChange(email: $email) { id } }';
    await browser.data(two.url(), document, { email });
    expectOne(await two.follow(verifyEmail, await two.tokenTo(email)), 'INVALID_TOKEN');
    expect(await browser.data(two.url(1), '{ me { email } }')).toEqual({ me: { email } });
  });

  test('adds a second address', async () => {
    const { name, browser } = await two.somebody();
    const email = `${name}@example.net`;
    const add = `mutation ($email: EmailAddress!) { addSecondaryEmail(email: $email) { __typename } }`;
    await browser.data(two.url(), add, { email });
    const document = 'mutation ($t: String!) { verifySecondaryEmail(token: $t) }';
    expectOne(await two.follow(document, await two.tokenTo(email)), 'INVALID_TOKEN');
  });

  test('sends notifications elsewhere', async () => {
    const { name, browser } = await two.somebody();
    const email = `${name}@example.net`;
    const set = `mutation ($email: EmailAddress!) { setNotificationEmail(email: $email) { __typename } }`;
    await browser.data(two.url(), set, { email });
    const document = 'mutation ($t: String!) { verifyNotificationEmail(token: $t) }';
    expectOne(await two.follow(document, await two.tokenTo(email)), 'INVALID_TOKEN');
  });

  test('resets the password', async () => {
    const { name, email } = await two.somebody();
    const ask = 'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }';
    await two.stranger().data(two.url(), ask, { email });
    expectOne(await two.follow(resetPassword, await two.tokenTo(email)), 'INVALID_TOKEN');
    await two.signIn(two.stranger(), name, 'a moth in a relay');
  });

  test('welcomes who has no password yet', async () => {
    const create = `mutation { createUser(input: {
      username: "mary", email: "mary@example.org" }) { id } }`;
    await admin.data(two.url(), create);
    expectOne(
      await two.follow(resetPassword, await two.tokenTo('mary@example.org')),
      'INVALID_TOKEN',
    );
  });

  test('is an invite', async () => {
    const create = 'mutation { createInvite(input: { email: "kay@example.org" }) { id } }';
    await admin.data(two.url(), create);
    const invite = await two.tokenTo('kay@example.org');
    const document = 'mutation ($input: RegisterInput!) { register(input: $input) }';
    const codes = await two.fifty((at, from, n) => {
      const input = { username: `kay${n}`, email: 'kay@example.org', password, invite };
      return two.stranger().ask(at, document, { input }, from);
    });
    expectOne(codes, 'INVALID_TOKEN', 'RATE_LIMITED');
  });
});

describe('of fifty that sign in with one', () => {
  const stepSeconds = 30;
  const codeOf = (secret: string, later: number) =>
    generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + later * stepSeconds });
  const complete = `mutation ($input: CompleteSignInInput!) {
    completeSignIn(input: $input) { account { username } } }`;

  async function enrolled() {
    const person = await two.somebody();
    const { startTotp } = await person.browser.data<{ startTotp: { secret: string } }>(
      two.url(),
      'mutation { startTotp { secret } }',
    );
    const { secret } = startTotp;
    const { confirmTotp } = await person.browser.data<{ confirmTotp: { codes: string[] } }>(
      two.url(),
      'mutation ($code: String!) { confirmTotp(code: $code) { codes } }',
      { code: codeOf(secret, 0) },
    );
    const half = two.stranger();
    // Five tries each, so that the fifty have one left whichever they took.
    const challenges: string[] = [];
    for (let n = 0; n < 10; n += 1) {
      challenges.push((await two.signIn(half, person.name))!);
    }
    const challengeOf = (n: number) => challenges[n % challenges.length]!;
    return { ...person, half, secret, codes: confirmTotp.codes, challengeOf };
  }
  const sessionsOf = async ({ browser }: Person) => {
    const { me } = await browser.data<{ me: { security: { sessions: unknown[] } } }>(
      two.url(),
      '{ me { security { sessions { id } } } }',
    );
    return me.security.sessions.length;
  };
  const refusals = ['INVALID_CREDENTIALS', 'INVALID_TOKEN', 'RATE_LIMITED'];

  test('code of an authenticator one does, and it confirms nothing any more', async () => {
    const ada = await enrolled();
    // The next step's, since its own step is used up by switching it on.
    const totpCode = codeOf(ada.secret, 1);
    const codes = await two.fifty((at, from, n) => {
      const input = { challenge: ada.challengeOf(n), totpCode };
      return ada.half.copy().ask(at, complete, { input }, from);
    });
    expectOne(codes, ...refusals);
    expect(await sessionsOf(ada)).toBe(2);
    const confirm = `mutation ($input: ConfirmIdentityInput!) {
      confirmIdentity(input: $input) { __typename } }`;
    const again = await ada.browser.ask(two.url(), confirm, { input: { totpCode } });
    expect(refusals).toContain(again.errors?.[0]?.extensions.code);
  });

  test('code of an authenticator, or confirm with it, one does', async () => {
    const ada = await enrolled();
    const totpCode = codeOf(ada.secret, 1);
    const confirm = `mutation ($input: ConfirmIdentityInput!) {
      confirmIdentity(input: $input) { __typename } }`;
    const codes = await two.fifty((at, from, n) => {
      if (n % 4 < 2) return ada.browser.copy().ask(at, confirm, { input: { totpCode } }, from);
      const input = { challenge: ada.challengeOf(n), totpCode };
      return ada.half.copy().ask(at, complete, { input }, from);
    });
    expectOne(codes, ...refusals);
  });

  test('recovery code one does, and the others stay good', async () => {
    const ada = await enrolled();
    const codes = await two.fifty((at, from, n) => {
      const input = { challenge: ada.challengeOf(n), recoveryCode: ada.codes[3] };
      return ada.half.copy().ask(at, complete, { input }, from);
    });
    expectOne(codes, ...refusals);
    expect(await sessionsOf(ada)).toBe(2);
    const left = '{ me { security { recoveryCodesLeft } } }';
    expect(await ada.browser.data(two.url(1), left)).toEqual({
      me: { security: { recoveryCodesLeft: 9 } },
    });
  });

  test('second step one does', async () => {
    const ada = await enrolled();
    const codes = await two.fifty((at, from, n) => {
      const proof =
        n % 4 < 2 ? { totpCode: codeOf(ada.secret, 1) } : { recoveryCode: ada.codes[n % 10] };
      const input = { challenge: ada.challengeOf(0), ...proof };
      return ada.half.copy().ask(at, complete, { input }, from);
    });
    expectOne(codes, ...refusals);
    expect(await sessionsOf(ada)).toBe(2);
  });
});

describe('of fifty answers to one challenge of a passkey one counts, when it', () => {
  interface Start {
    readonly start: { readonly id: string; readonly options: CeremonyOptions };
  }
  const start = async (browser: Browser, name: string) => {
    const { start: begun } = await browser.data<Start>(
      two.url(),
      `mutation { start: ${name} { id options } }`,
    );
    return begun;
  };
  const finishRegistration = `mutation ($id: ID!, $response: JSON!) {
    finishPasskeyRegistration(ceremonyId: $id, response: $response) { id } }`;

  test('registers it', async () => {
    const { browser } = await two.somebody();
    const device = new SoftwareAuthenticator({ origin: two.url() });
    const { id, options } = await start(browser, 'startPasskeyRegistration');
    const response = device.create(options);
    const codes = await two.fifty((at, from) =>
      browser.copy().ask(at, finishRegistration, { id, response }, from),
    );
    expectOne(codes, 'INVALID_TOKEN');
  });

  test('signs in', async () => {
    const { browser } = await two.somebody();
    const device = new SoftwareAuthenticator({ origin: two.url() });
    const made = await start(browser, 'startPasskeyRegistration');
    const response = device.create(made.options);
    await browser.data(two.url(), finishRegistration, { id: made.id, response });
    const half = two.stranger();
    const { id, options } = await start(half, 'startPasskeySignIn');
    const document = `mutation ($id: ID!, $response: JSON!) {
      finishPasskeySignIn(ceremonyId: $id, response: $response) { account { username } } }`;
    const answer = device.get(options);
    const codes = await two.fifty((at, from) =>
      half.copy().ask(at, document, { id, response: answer }, from),
    );
    expectOne(codes, 'INVALID_TOKEN');
  });

  test('confirms an identity', async () => {
    const { browser } = await two.somebody();
    const device = new SoftwareAuthenticator({ origin: two.url() });
    const made = await start(browser, 'startPasskeyRegistration');
    const response = device.create(made.options);
    await browser.data(two.url(), finishRegistration, { id: made.id, response });
    const { id, options } = await start(browser, 'startPasskeyConfirmation');
    const passkey = { ceremonyId: id, response: device.get(options) };
    const document = `mutation ($input: ConfirmIdentityInput!) {
      confirmIdentity(input: $input) { __typename } }`;
    const codes = await two.fifty((at, from) =>
      browser.copy().ask(at, document, { input: { passkey } }, from),
    );
    expectOne(codes, 'INVALID_TOKEN');
  });
});

test('neither server had anything to write into its log of errors', () => {
  expect(two.complaints).toBe('');
});
