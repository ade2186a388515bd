import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { act, alertsTold, newOwner } from '../../../test/alerts.js';
import type { Owner } from '../../../test/alerts.js';
import { goodPassword, nobody } from '../../../test/app.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { allowOnly, setAllowlist } from '../../../test/places.js';
import { challengeFor, enrol } from '../../../test/second-factor.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { IpAllowlists } from '../address-rule/ip-allowlists.js';
import { AccountDeletions } from '../closure/account-deletions.js';
import { Licenses } from '../license/licenses.js';

let app: MailedApp;
let server: TestServer;
let owner: Owner;
let ada: Viewer;
let root: Viewer;
beforeAll(async () => {
  app = await createMailedApp({ WORKER: 'false' });
  server = await createTestServer({ app });
  root = await app.signedIn({ username: 'root', permissions: ['admin.licenses'] });
});
afterAll(async () => {
  await server.close();
  await app.close();
});
beforeEach(async () => {
  app.clock.set(new Date());
  owner = await newOwner(app);
  ada = owner.viewer;
});

const ask = (document: string, variables = {}, viewer = ada) =>
  act(app, document, variables, viewer);
/** What one act is told by, to both inboxes and nobody else. */
async function told(...subjects: string[]): Promise<void> {
  expect(await alertsTold(app)).toEqual(owner.both(...subjects));
}

describe('the owner is told', () => {
  test('of API keys: made, rotated and revoked, by label and beginning and never the secret', async () => {
    const license = await app.unit(() =>
      app.get(Licenses).issue(root, ada.accountId!, 'Media server'),
    );
    await told();
    const made = await ask(
      'mutation ($id: ID!) { createApiKey(licenseId: $id, label: "nas") { secret apiKey { id } } }',
      { id: license.id },
    );
    const { secret, apiKey } = made['createApiKey'] as {
      secret: string;
      apiKey: { id: string };
    };
    const mails = await app.alertsTo();
    expect(mails.map((mail) => mail.subject)).toEqual(
      Array(2).fill('🔑 API Key Created on Your Gatehouse Account'),
    );
    for (const { raw, text } of mails) {
      expect(text).toContain('Label: nas');
      expect(text).toMatch(/Begins with: \S{4,12}\n/);
      expect(raw + text!).not.toContain(secret);
    }
    await ask('mutation ($id: ID!) { rotateApiKey(id: $id) { secret } }', { id: apiKey.id });
    await told('🔑 API Key Rotated on Your Gatehouse Account');
    await ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: apiKey.id });
    await told('🔑 API Key Revoked on Your Gatehouse Account');
  });

  test('of an access token that is made and revoked, and of no switch', async () => {
    await ask('mutation { setApiAccess(enabled: true) { enabled } }');
    await told();
    const { createAccessToken } = await ask(
      `mutation { createAccessToken(input: { name: "sync", scopes: [ACCOUNT_READ] }) {
        accessToken { id } } }`,
    );
    await told('🎫 Access Token Created on Your Gatehouse Account');
    const { id } = (createAccessToken as { accessToken: { id: string } }).accessToken;
    await ask('mutation ($id: ID!) { revokeAccessToken(id: $id) { enabled } }', { id });
    await told('🎫 Access Token Revoked on Your Gatehouse Account');
  });

  test('of a lock-down, alone, with all that ended by it', async () => {
    await ask('mutation { setApiAccess(enabled: true) { enabled } }');
    await ask(
      'mutation { createAccessToken(input: { name: "a", scopes: [ACCOUNT_READ] }) { secret } }',
    );
    const license = await app.unit(() => app.get(Licenses).issue(root, ada.accountId!, 'Media'));
    await ask('mutation ($id: ID!) { createApiKey(licenseId: $id, label: "n") { secret } }', {
      id: license.id,
    });
    await ask('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
      input: { login: ada.name, password: goodPassword, remember: true },
    });
    await ask(
      'mutation ($email: EmailAddress!) { setNotificationEmail(email: $email) { __typename } }',
      { email: `${ada.name}@elsewhere.example` },
    );
    await app.alertsTo();
    await ask('mutation { lockDown { sessionsEnded } }');
    const mails = await app.alertsTo();
    const subject = '🛑 Your Gatehouse Account Was Locked Down';
    expect(mails.map((mail) => [mail.subject, mail.envelopeTo[0]]).sort()).toEqual(
      owner.both(subject),
    );
    for (const line of ['Sessions ended: 1', 'Access tokens revoked: 1', 'API keys revoked: 1']) {
      expect(mails[0]?.text).toContain(line);
    }
  });

  test('of an IP allow-list: changed, fallen back, switched off; and not of its confirmation', async () => {
    const changed = '🧱 IP Allow-List Changed on Your Gatehouse Account';
    const here = nobody.origin.address!;
    await allowOnly(app, ada, here);
    await told(changed);
    app.clock.advance(121_000);
    await app.unit(() => app.get(IpAllowlists).revert(ada.accountId!));
    await told(changed);
    await allowOnly(app, ada, here);
    await ask('mutation { confirmIpAllowlist { hasPassword } }');
    await told(changed);
    await ask(setAllowlist, { input: { enabled: false, entries: [{ cidr: here }] } });
    await told(changed);
  });

  test('of another address for notifications, once it is confirmed, and of its end', async () => {
    const set = `mutation ($email: EmailAddress) {
      setNotificationEmail(email: $email) { __typename } }`;
    const email = `${ada.name}@elsewhere.example`;
    await ask(set, { email });
    await told();
    const token = await app.tokenTo(email);
    await ask('mutation ($token: String!) { verifyNotificationEmail(token: $token) }', { token });
    // Never to the address itself.
    await told('📨 Notification Email Changed on Your Gatehouse Account');
    await ask(set, { email: null });
    await told('📨 Notification Email Changed on Your Gatehouse Account');
  });

  test('when mails about activity are switched off, once, and not when they are on again', async () => {
    const set = (enabled: boolean) =>
      ask(
        `mutation ($enabled: Boolean!) {
          setPreference(type: "account.activity", channel: EMAIL, enabled: $enabled) { __typename } }`,
        { enabled },
      );
    await set(false);
    await told('🔕 Account Activity Mails Switched Off on Your Gatehouse Account');
    await set(false);
    await set(true);
    await told();
  });

  test('of a copy of the data: asked for, and fetched by whomever', async () => {
    await ask('mutation { requestDataExport }');
    const [mail] = await app.mailTo(owner.primary);
    await told('📦 Data Export Requested on Your Gatehouse Account');
    // With the link, in a browser where somebody else is signed in.
    const eve = await app.signedIn();
    const answer = await fetch(`${server.url}/exports/${tokenIn(mail!)}`, {
      headers: { cookie: `gatehouse=${app.secretOf(eve)}` },
    });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
    const mails = await app.alertsTo();
    expect(mails.map(({ subject }) => subject)).toEqual(
      Array(2).fill('📦 Data Export Downloaded on Your Gatehouse Account'),
    );
    expect(mails[0]?.text).not.toContain('administrator');
  });

  test('of a deletion: asked for, cancelled by signing in, and done', async () => {
    await ask('mutation { deleteAccount }');
    const asked = await app.alertsTo();
    expect(asked.map((each) => each.subject)).toEqual(
      Array(2).fill('🗑️ Your Gatehouse Account Will Be Deleted'),
    );
    expect(asked[0]?.text).toMatch(/Deleted on: \w+day, \d+ \w+ \d{4}/);
    await ask('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
      input: { login: ada.name, password: goodPassword, remember: true },
    });
    await told('🗑️ Your Gatehouse Account Stays');
    await ask('mutation { deleteAccount }');
    await app.alertsTo();
    app.clock.advance(7 * 86_400_000);
    await app.unit(() => app.get(AccountDeletions).run());
    await told('🗑️ Your Gatehouse Account Was Deleted');
  });

  test('of a recovery code that is used to sign in, with how many are left', async () => {
    const authenticator = await enrol(app, ada);
    await app.alertsTo();
    const challenge = await challengeFor(app, ada.name, goodPassword);
    await ask(
      `mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) { __typename } }`,
      { input: { challenge, recoveryCode: authenticator.recoveryCodes[0] } },
    );
    const mails = await app.alertsTo();
    expect(mails.map((mail) => mail.subject)).toEqual(
      Array(2).fill('🧾 Recovery Code Used on Your Gatehouse Account'),
    );
    expect(mails[0]?.text).toContain('Codes left: 9');
  });

  test('of a reset as of a reset, also in a browser where somebody else is signed in', async () => {
    const eve = await app.signedIn();
    await ask('mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }', {
      email: owner.primary,
    });
    const token = await app.tokenTo(owner.primary);
    await ask(
      `mutation ($token: String!) {
        resetPassword(token: $token, newPassword: "a much better passphrase 9") }`,
      { token },
      eve,
    );
    await told(
      '🔐 Your Gatehouse Password Was Changed',
      '🔒 Active Sessions Ended on Your Gatehouse Account',
    );
  });
});
