import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { act, addSecondary, alertsTold, newOwner, verifySecondary } from '../../../test/alerts.js';
import type { Owner } from '../../../test/alerts.js';
import { goodPassword } from '../../../test/app.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { enrol, now } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: MailedApp;
let ada: Viewer;
let both: Owner['both'];
let [primary, secondary] = ['', ''];
beforeAll(async () => {
  app = await createMailedApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  ({ viewer: ada, primary, secondary, both } = await newOwner(app));
});

const ask = (document: string, variables = {}, viewer = ada) =>
  act(app, document, variables, viewer);

const change = `mutation ($current: String, $next: String!) {
  changePassword(currentPassword: $current, newPassword: $next) { passwordChangedAt }
}`;
const next = 'a much better passphrase 9';
const passwordChanged = '🔐 Your Gatehouse Password Was Changed';
const sessionsEnded = '🔒 Active Sessions Ended on Your Gatehouse Account';

describe('what the owner is told of', () => {
  test('a changed password: the pair, also where no session ended', async () => {
    await ask(change, { current: goodPassword, next });
    expect(await alertsTold(app)).toEqual(both(passwordChanged, sessionsEnded));
  });

  test('a reset: the pair, which names the tokens that ended', async () => {
    await ask('mutation { setApiAccess(enabled: true) { enabled } }');
    const create = `mutation ($input: CreateAccessTokenInput!) {
      createAccessToken(input: $input) { accessToken { id } }
    }`;
    await ask(create, { input: { name: 'Backup', scopes: ['ACCOUNT_READ'] } });
    expect(await alertsTold(app)).toEqual(
      both('🎫 Access Token Created on Your Gatehouse Account'),
    );
    const request = 'mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }';
    await ask(request, { email: secondary });
    const reset =
      'mutation ($token: String!, $next: String!) { resetPassword(token: $token, newPassword: $next) }';
    await ask(reset, { token: await app.tokenTo(secondary), next });
    const mails = await app.alertsTo(primary);
    expect(mails.map((mail) => mail.subject).sort()).toEqual([passwordChanged, sessionsEnded]);
    const ended = mails.find((mail) => mail.subject === sessionsEnded);
    expect(ended?.text).toContain('Access tokens revoked: 1');
    expect(await alertsTold(app)).toHaveLength(2);
  });

  test('a session that is ended, others that are, and none of a sign-out', async () => {
    const other = await app.signedIn({ username: `${ada.name}b` });
    await ask('mutation { signOut }', {}, other);
    await ask('mutation { revokeOtherSessions { sessions { id } } }');
    expect(await alertsTold(app)).toEqual([]);
    const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;
    await ask(signIn, { input: { login: ada.name, password: goodPassword, remember: true } });
    await ask('mutation { revokeOtherSessions { sessions { id } } }');
    expect(await alertsTold(app)).toEqual(both(sessionsEnded));
  });

  test('a new primary address: the old one and the second hear it, too', async () => {
    const email = `${ada.name}@elsewhere.example`;
    await ask('mutation ($email: EmailAddress!) { requestEmailChange(email: $email) { email } }', {
      email,
    });
    const token = await app.tokenTo(email);
    expect(await alertsTold(app)).toEqual([]);
    await ask('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
    const subject = '📧 Your Gatehouse Primary Email Was Changed';
    expect(await alertsTold(app)).toEqual([
      [subject, email],
      [subject, primary],
      [subject, secondary],
    ]);
  });

  test('a second address that is replaced: the primary of both, the former one of its end', async () => {
    const email = `${ada.name}@third.example`;
    await ask(addSecondary, { email });
    const token = await app.tokenTo(email);
    expect(await alertsTold(app)).toEqual([]);
    await ask(verifySecondary, { token });
    const removed = '📭 Secondary Email Removed from Your Gatehouse Account';
    expect(await alertsTold(app)).toEqual([
      ['📧 Secondary Email Added on Your Gatehouse Account', primary],
      [removed, primary],
      [removed, secondary],
    ]);
  });

  test('a second address that is removed, and nothing of one that was never verified', async () => {
    await ask('mutation { removeSecondaryEmail { secondaryEmail { email } } }');
    const removed = '📭 Secondary Email Removed from Your Gatehouse Account';
    expect(await alertsTold(app)).toEqual(both(removed));
    await ask(addSecondary, { email: secondary });
    await ask('mutation { removeSecondaryEmail { secondaryEmail { email } } }');
    expect(await alertsTold(app)).toEqual([]);
  });

  test('two-factor authentication on, alone; codes made anew; off', async () => {
    const authenticator = await enrol(app, ada);
    expect(await alertsTold(app)).toEqual(
      both('📱 Two-Factor Authentication Switched On on Your Gatehouse Account'),
    );
    ada = await now(app, ada);
    const confirm =
      'mutation ($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) { confirmedUntil } }';
    await ask(confirm, { input: { totpCode: authenticator.code() } });
    ada = await now(app, ada);
    await ask('mutation { regenerateRecoveryCodes { codes } }');
    expect(await alertsTold(app)).toEqual(
      both('🧾 Recovery Codes Made Anew on Your Gatehouse Account'),
    );
    await ask('mutation { disableTotp { totpEnabled } }');
    expect(await alertsTold(app)).toEqual(
      both('📱 Two-Factor Authentication Switched Off on Your Gatehouse Account'),
    );
  });

  test('a passkey added and removed, by its name, which becomes no link', async () => {
    const page = new PasskeyPage(app);
    const id = await page.register(ada, page.authenticator(), 'https://evil.example/x');
    const mails = await app.alertsTo(primary);
    expect(mails.map((mail) => mail.subject)).toEqual([
      '🗝️ Passkey Added to Your Gatehouse Account',
    ]);
    expect(mails[0]?.text).toContain('Name: https:\u2060//evil\u2060.example/x');
    await app.alertsTo();
    await ask('mutation ($id: ID!) { removePasskey(id: $id) { totpEnabled } }', { id });
    expect(await alertsTold(app)).toEqual(both('🗝️ Passkey Removed from Your Gatehouse Account'));
  });
});

describe('what an administrator does', () => {
  test('to somebody’s second factor is told alone, with the sessions that ended', async () => {
    await enrol(app, ada);
    await app.alertsTo();
    const root = await app.signedIn({ permissions: ['admin.users'] });
    await ask(
      'mutation ($id: ID!) { disableUserTwoFactor(id: $id) { id } }',
      { id: ada.accountId },
      root,
    );
    const mails = await app.alertsTo();
    const subject = '👤 An Administrator Changed Your Gatehouse Account';
    expect(mails.map((mail) => [mail.subject, mail.envelopeTo[0]]).sort()).toEqual(both(subject));
    expect(mails[0]?.text).toContain('Sessions ended: 1');
    expect(mails[0]?.text).toContain(`By: ${root.name}, an administrator`);
  });

  test('when somebody gets an account is no alert, nor is choosing its first address', async () => {
    const root = await app.signedIn({ permissions: ['admin.users'] });
    const create = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id } }';
    const input = { username: 'grace', email: 'grace@example.org', password: next };
    await ask(create, { input }, root);
    expect(await alertsTold(app)).toEqual([]);
  });
});
