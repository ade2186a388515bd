import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { IpAllowlists } from '../src/features/address-rule/ip-allowlists.js';
import { AccountDeletions } from '../src/features/closure/account-deletions.js';
import { DataExports } from '../src/features/closure/data-exports.js';
import { Confirmations } from '../src/features/confirm/confirmations.js';
import { EmailChanges } from '../src/features/email-change/email-changes.js';
import { ApiKeys } from '../src/features/license/api-keys.js';
import { Licenses } from '../src/features/license/licenses.js';
import { LockDowns } from '../src/features/lock-down/lock-downs.js';
import { NotificationEmails } from '../src/features/notification-email/notification-emails.js';
import { Passkeys } from '../src/features/passkey/passkeys.js';
import { Passwords } from '../src/features/password/passwords.js';
import { Recoveries } from '../src/features/recovery/recoveries.js';
import { EmailVerifications } from '../src/features/registration/email-verifications.js';
import { SecondaryEmails } from '../src/features/secondary-email/secondary-emails.js';
import { Sessions } from '../src/features/session/sessions.js';
import { PasskeySignIns } from '../src/features/sign-in/passkey-sign-ins.js';
import { SecondSteps } from '../src/features/sign-in/second-steps.js';
import { SignIns } from '../src/features/sign-in/sign-ins.js';
import { TotpEnrolments } from '../src/features/totp/totp-enrolments.js';
import { UserChanges } from '../src/features/user-change/user-changes.js';
import { UserCredentials } from '../src/features/user-change/user-credentials.js';
import { UserDeletion } from '../src/features/user-change/user-deletion.js';
import { Webhooks } from '../src/features/webhook/webhooks.js';
import { hashSecret, newSecret } from '../src/kernel/crypto/token.js';
import { errorCodes, refusalIn } from '../src/kernel/errors.js';
import type { Get } from '../src/kernel/get.js';
import { Links } from '../src/kernel/access/link.js';
import { systemViewer } from '../src/kernel/access/viewer.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { goodPassword, nobody } from './app.js';
import { codeOf, openBeside, viewerOf } from './beside.js';
import type { SecondApp } from './beside.js';
import { createMailedApp } from './mail.js';
import type { MailedApp } from './mail.js';
import { PasskeyPage } from './passkeys.js';
import { challengeFor, enrol } from './second-factor.js';
import type { SoftwareAuthenticator } from './software-authenticator.js';

/**
 * Everything that changes one account, at once and on four servers, each with as many connections as it
 * is asked for: whoever locks in another order
 * than the rest meets somebody who waits for him while he waits for them.
 */
let app: MailedApp;
let houses: readonly SecondApp[];
let admin: Viewer;
beforeAll(async () => {
  app = await createMailedApp();
  houses = [app, await openBeside(app), await openBeside(app), await openBeside(app)];
  await houses[1]!.worker.open();
  admin = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
});
afterAll(async () => {
  for (const house of houses.slice(1)) await house.close();
  await app.close();
});

const browser = 'the browser of this test';
const sql = <Row>(text: string, values: unknown[]) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const soon = () => new Date(app.clock.now().getTime() + 3_600_000);
type Act = readonly [what: string, act: (get: Get) => Promise<unknown>];

/** Who has all that can be had, and what can be done to it. */
async function everythingOf(name: string): Promise<Act[]> {
  const ada = await app.signedIn({ username: name });
  const id = ada.accountId!;
  await sql('update account set email_verified = true where id = $1', [id]);
  await sql('delete from rate_limit', []);
  const page = new PasskeyPage(app);
  const device: SoftwareAuthenticator = page.authenticator();
  const passkeyId = await page.register(ada, device);
  const ceremonies = [];
  for (let n = 0; n < 3; n += 1) ceremonies.push(await page.start('startPasskeySignIn'));
  const phone = await enrol(app, ada);
  const challenges: string[] = [];
  for (let n = 0; n < 6; n += 1) challenges.push(await challengeFor(app, name, goodPassword));
  const viewers: Viewer[] = [];
  for (let n = 0; n < 4; n += 1) {
    const opened = await app.unit(() =>
      app.get(Sessions).open(id, 'PASSKEY', nobody.origin, { remember: true, confirmed: true }),
    );
    viewers.push(await viewerOf(app, opened.secret));
  }
  const [one, two, three, four] = viewers as [Viewer, Viewer, Viewer, Viewer];
  const links = new Links(app.kernel.database, app.clock);
  const reset = await app.unit(() => links.issue('reset-password', id, 1_800));
  const [newAddress, newSecond] = [newSecret(), newSecret()];
  await sql('insert into email_change values ($1, $2, $2, $3, $4)', [
    id,
    `${name}@example.com`,
    hashSecret(newAddress),
    soon(),
  ]);
  await sql(
    `insert into secondary_email (account_id, pending_email, pending_canonical, pending_hash, pending_until)
     values ($1, $2, $2, $3, $4)`,
    [id, `${name}@example.net`, hashSecret(newSecond), soon()],
  );
  await app.unit(() => app.get(AccessTokens).setEnabled(ada, true));
  const license = await app.unit(() => app.get(Licenses).issue(systemViewer, id, 'mailer'));
  const key = await app.unit(() => app.get(ApiKeys).create(ada, license.id, 'host'));
  const token = { name: 'tool', scopes: ['ACCOUNT_READ' as const], expiresAt: null };
  const made = await app.unit(() => app.get(AccessTokens).create(ada, token));
  const entries = [{ cidr: nobody.origin.address! }];
  const input = { login: name, password: goodPassword, remember: true };
  const hook = {
    url: 'https://hooks.example.net/',
    events: ['domain.created'],
    description: '',
    enabled: true,
  };
  const steps = challenges.map((challenge, n): Act => {
    const proof = n % 2 ? { totpCode: phone.code(1) } : { recoveryCode: phone.recoveryCodes[n] };
    return [
      'second step',
      (get) => get(SecondSteps).complete(nobody, { challenge, ...proof }, browser),
    ];
  });
  return [
    ...steps,
    ...ceremonies.map(({ id: ceremonyId, options }): Act => {
      const answer = { ceremonyId, response: device.get(options), browser };
      return ['passkey', (get) => get(PasskeySignIns).signIn(nobody, answer, true)];
    }),
    ['sign in', (get) => get(SignIns).signIn(nobody, input)],
    ['sign in', (get) => get(SignIns).signIn(nobody, { ...input, password: 'wrong' })],
    [
      'confirm',
      (get) => get(Confirmations).confirm(one, { totpCode: phone.code(1) }, () => browser),
    ],
    ['change', (get) => get(Passwords).change(one, goodPassword, 'an engine of brass')],
    ['reset', (get) => get(Recoveries).resetPassword(nobody, reset.secret, 'a moth in a relay')],
    ['start', (get) => get(TotpEnrolments).start(two)],
    ['confirm totp', (get) => get(TotpEnrolments).confirm(two, phone.code(1))],
    ['regenerate', (get) => get(TotpEnrolments).regenerateCodes(three)],
    ['disable', (get) => get(TotpEnrolments).disable(four)],
    ['remove passkey', (get) => get(Passkeys).remove(three, passkeyId)],
    ['rename passkey', (get) => get(Passkeys).rename(two, passkeyId, 'Ring')],
    ['revoke', (get) => get(Sessions).revoke(one, two.credentialId!)],
    ['revoke others', (get) => get(Sessions).revokeOthers(three)],
    ['sign out', (get) => get(Sessions).signOut(four)],
    ['lock down', (get) => get(LockDowns).lockDown(two)],
    ['new address', (get) => get(EmailChanges).request(one, `${name}@example.edu`)],
    ['no new address', (get) => get(EmailChanges).cancel(two)],
    ['verify', (get) => get(EmailVerifications).verify(nobody, newAddress)],
    ['second address', (get) => get(SecondaryEmails).add(three, `${name}@example.info`)],
    ['verify second', (get) => get(SecondaryEmails).verify(nobody, newSecond)],
    ['no second address', (get) => get(SecondaryEmails).remove(four)],
    ['news', (get) => get(NotificationEmails).set(one, `${name}@example.biz`, null)],
    ['allowlist', (get) => get(IpAllowlists).set(two, { enabled: true, entries })],
    ['confirm list', (get) => get(IpAllowlists).confirm(two)],
    ['token', (get) => get(AccessTokens).create(one, token)],
    ['no token', (get) => get(AccessTokens).revoke(four, made.accessToken.id)],
    ['no tokens', (get) => get(AccessTokens).setEnabled(three, false)],
    ['key', (get) => get(ApiKeys).create(two, license.id, 'other host')],
    ['other key', (get) => get(ApiKeys).rotate(three, key.apiKey.id)],
    ['no key', (get) => get(ApiKeys).revoke(one, key.apiKey.id)],
    ['webhook', (get) => get(Webhooks).create(four, hook)],
    ['export', (get) => get(DataExports).request(one)],
    ['go', (get) => get(AccountDeletions).request(two)],
    ['stay', (get) => get(AccountDeletions).cancel(three)],
    ['admin: password', (get) => get(UserCredentials).setPassword(systemViewer, id, null)],
    ['admin: two-factor', (get) => get(UserCredentials).disableTwoFactor(admin, id)],
    ['admin: list', (get) => get(UserCredentials).clearIpAllowlist(admin, id)],
    ['admin: sessions', (get) => get(UserCredentials).endSessions(admin, id)],
    ['admin: role', (get) => get(UserChanges).update(admin, id, { role: 'ADMIN' })],
    [
      'admin: address',
      (get) => get(UserChanges).update(admin, id, { email: `${name}@example.dev` }),
    ],
    ['admin: disable', (get) => get(UserChanges).update(admin, id, { disabled: true })],
    ['admin: delete', (get) => get(UserDeletion).delete(admin, id)],
  ];
}

/** Each time in another order, and the same one for the same number. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return items
    .map((item) => ({ item, rank: next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** As a client would hear of it. */
const heard = (work: Promise<unknown>) =>
  codeOf(
    work.catch((error: unknown) => {
      throw refusalIn(error) ?? error;
    }),
  );

test.each([0, 1, 2, 3, 4, 5])(
  'everything one can do to an account, at once on four servers, ends clearly: %d',
  async (round) => {
    const acts = shuffled(await everythingOf(`ada${round}`), round + 1);
    const answers = await Promise.all(
      acts.map(async ([what, act], n) => {
        // What ends the account comes late in every second round, or the others would find nothing.
        if (round % 2 === 0 && what.startsWith('admin: d')) await setTimeout(100);
        const { get, unit } = houses[n % houses.length]!;
        return [what, await heard(unit(() => act(get)))] as const;
      }),
    );
    const known = new Set<string>(['done', ...errorCodes]);
    expect(answers.filter(([, answer]) => !known.has(answer))).toEqual([]);
    expect(answers.filter(([, answer]) => answer === 'done').length).toBeGreaterThan(5);
    expect(houses.map(({ kernel }) => kernel.database.redone)).toEqual([0, 0, 0, 0]);
  },
);
