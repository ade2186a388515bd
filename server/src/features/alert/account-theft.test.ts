import { afterAll, beforeAll, expect, test } from 'vitest';
import { act, addSecondary, secondAddress, verifySecondary } from '../../../test/alerts.js';
import { goodPassword } from '../../../test/app.js';
import { nobodyAt, viewerOf } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { SignIns } from '../sign-in/sign-ins.js';

let app: MailedApp;
beforeAll(async () => {
  app = await createMailedApp({ SUPPORT_CONTACT: 'help@example.net' });
});
afterAll(() => app.close());

const owner = 'ada@example.org';
const second = 'ada@second.example';
const stolen = 'thief@evil.example';

/** Half a minute passes between one thing and the next. */
const later = () => app.clock.advance(30_000);

test('the mails of a stolen account, read in order, tell the whole story and what to do', async () => {
  const ada = await app.signedIn({ username: 'ada' });
  await secondAddress(app, ada, second);
  const signIn = (address: string, password = goodPassword) =>
    app.unit(() =>
      app.get(SignIns).signIn(nobodyAt(address), { login: 'ada', password, remember: true }),
    );
  await signIn('193.206.1.1');
  await app.alertsTo();

  // From elsewhere somebody guesses, and then knows.
  for (let time = 0; time < 5; time++) {
    await expect(signIn('8.8.8.8', 'not the password')).rejects.toThrow();
  }
  await app.settled();
  later();
  const opened = await signIn('8.8.8.8');
  if (!('secret' in opened)) throw new Error('a second step was asked for');
  const origin = { address: '8.8.8.8', userAgent: 'Evil/1.0 (https://evil.example/login)' };
  let thief = await viewerOf(app, opened.secret, origin);
  const ask = async (document: string, variables = {}) => {
    await app.settled();
    later();
    await act(app, document, variables, thief);
    thief = (await viewerOf(app, opened.secret, origin)) ?? thief;
  };
  await app.settled();
  later();
  await new PasskeyPage(app).register(thief, undefined, 'My telephone');
  await ask('mutation { setApiAccess(enabled: true) { enabled } }');
  await ask(
    'mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { secret } }',
    { input: { name: 'sync', scopes: ['ACCOUNT_READ'] } },
  );
  // The owner's second mailbox is to hear no more; then the first.
  await ask(addSecondary, { email: 'thief@second.evil.example' });
  await ask(verifySecondary, { token: await app.tokenTo('thief@second.evil.example') });
  await ask('mutation ($email: EmailAddress!) { requestEmailChange(email: $email) { email } }', {
    email: stolen,
  });
  await ask('mutation ($token: String!) { verifyEmail(token: $token) }', {
    token: await app.tokenTo(stolen),
  });
  await ask('mutation { revokeOtherSessions { sessions { id } } }');

  const mails = await app.alertsTo(owner);
  const story = mails
    .sort((a, b) => Date.parse(a.date!) - Date.parse(b.date!) || (a.subject! < b.subject! ? -1 : 1))
    .map((mail) => mail.subject);
  expect(story).toEqual([
    '🚨 Unusual Failed Sign-In Attempts on Your Gatehouse Account',
    '🌍 New Sign-In to Your Gatehouse Account',
    '🗝️ Passkey Added to Your Gatehouse Account',
    '🎫 Access Token Created on Your Gatehouse Account',
    '📧 Secondary Email Added on Your Gatehouse Account',
    '📭 Secondary Email Removed from Your Gatehouse Account',
    // The last the former address hears: where it went, and what can still be done.
    '📧 Your Gatehouse Primary Email Was Changed',
  ]);
  const last = mails.at(-1)!.text!;
  expect(last).toContain(`New address: ${stolen}`);
  expect(last).toContain('Your account is being taken over.');
  expect(last).toContain('help@example.net');
  for (const mail of mails) {
    expect(mail.text).toMatch(/From: (8\.8\.8\.8|203\.0\.113\.7)/);
    const steps = [...mail.text!.matchAll(/^(\d)\. (.*?[.:])/gm)].map(([, , what]) => what);
    expect(steps.slice(0, 4)).toEqual([
      'Change your password.',
      'Look at your sessions.',
      'Look at API keys and access tokens.',
      'Make signing in stronger.',
    ]);
  }
  // The second mailbox heard all but what was added, up to its own removal.
  const other = (await app.alertsTo(second)).map((mail) => mail.subject);
  expect(other).toContain('🌍 New Sign-In to Your Gatehouse Account');
  expect(other).toContain('📭 Secondary Email Removed from Your Gatehouse Account');
  expect(other).not.toContain('📧 Secondary Email Added on Your Gatehouse Account');
  // What came after goes to the thief's mailboxes; nothing of before was diverted there.
  const thiefs = (await app.alertsTo(stolen)).map((mail) => mail.subject);
  expect(new Set(thiefs)).toEqual(
    new Set([
      '📧 Your Gatehouse Primary Email Was Changed',
      '🔒 Active Sessions Ended on Your Gatehouse Account',
    ]),
  );
});
