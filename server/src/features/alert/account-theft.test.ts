import { afterEach, beforeEach, expect, test } from 'vitest';
import { act, addSecondary, secondAddress, verifySecondary } from '../../../test/alerts.js';
import { goodPassword } from '../../../test/app.js';
import { nobodyAt, viewerOf } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { SignIns } from '../sign-in/sign-ins.js';

let app: MailedApp;
beforeEach(async () => {
  app = await createMailedApp({ SUPPORT_CONTACT: 'help@example.net' });
});
afterEach(() => app.close());

const owner = 'ada@example.org';
const second = 'ada@second.example';
const stolen = 'thief@evil.example';

/** Half a minute passes between one thing and the next. */
const later = () => app.clock.advance(30_000);

/** What each of them says to do before all else, in the order in which they come. */
const counsel = {
  EN: [
    'They did not get in, but take it as a warning.',
    'Somebody else knows how to sign in to your account, and is in it.',
    'Remove that passkey first: a new password alone does not stop it.',
    'Revoke that token first: a new password does not end it, a reset does.',
    'Remove that address first: with it somebody could take your account over later.',
    'Somebody may be cutting your ways back in. Act now.',
    'Your account is being taken over. Act now, and ask for help at once if you cannot sign in',
  ],
  IT: [
    'Non è entrato, ma prendilo come un avvertimento.',
    'Qualcun altro sa come accedere al tuo account, ed è dentro.',
    'Rimuovi prima di tutto quella passkey: una nuova password da sola non la ferma.',
    'Revoca prima di tutto quel token: una nuova password non lo ferma, una reimpostazione sì.',
    'Rimuovi prima di tutto quell’indirizzo',
    'Qualcuno potrebbe tagliarti le vie di rientro. Agisci ora.',
    'Qualcuno si sta impadronendo del tuo account. Agisci ora, e chiedi subito aiuto',
  ],
};
const steps = {
  EN: [
    'Change your password.',
    'Look at your sessions.',
    'Look at API keys and access tokens.',
    'Make signing in stronger.',
    'Remove ways back in that are not yours:',
    'Ask for help if you cannot sign in any more: help@example.net',
  ],
  IT: [
    'Cambia la password.',
    'Controlla le sessioni.',
    'Controlla chiavi API e token di accesso.',
    'Rafforza l’accesso.',
    'Rimuovi le vie di rientro che non sono tue:',
    'Chiedi aiuto se non riesci più ad accedere: help@example.net',
  ],
};
const story = {
  EN: [
    '🚨 Unusual Failed Sign-In Attempts on Your Gatehouse Account',
    '🌍 New Sign-In to Your Gatehouse Account',
    '🗝️ Passkey Added to Your Gatehouse Account',
    '🎫 Access Token Created on Your Gatehouse Account',
    '📧 Secondary Email Added on Your Gatehouse Account',
    '📭 Secondary Email Removed from Your Gatehouse Account',
    // The last the former address hears: where it went, and what can still be done.
    '📧 Your Gatehouse Primary Email Was Changed',
  ],
  IT: [
    '🚨 Tentativi di accesso falliti insoliti sul tuo account Gatehouse',
    '🌍 Nuovo accesso al tuo account Gatehouse',
    '🗝️ Passkey aggiunta al tuo account Gatehouse',
    '🎫 Token di accesso creato sul tuo account Gatehouse',
    '📧 Indirizzo e-mail secondario aggiunto al tuo account Gatehouse',
    '📭 Indirizzo e-mail secondario rimosso dal tuo account Gatehouse',
    '📧 Il tuo indirizzo e-mail principale di Gatehouse è stato cambiato',
  ],
};

const ended = {
  EN: '🔒 Active Sessions Ended on Your Gatehouse Account',
  IT: '🔒 Sessioni attive terminate sul tuo account Gatehouse',
};

test.each(['EN', 'IT'] as const)(
  'the mails of a stolen account, read in order, tell the whole story and what to do: %s',
  async (locale) => {
    const ada = await app.signedIn({ username: 'ada' });
    await act(
      app,
      'mutation ($locale: Locale!) { updatePreferences(input: { locale: $locale, timeZone: "Europe/Rome" }) { id } }',
      { locale },
      ada,
    );
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
    const inOrder = mails.sort(
      (a, b) => Date.parse(a.date!) - Date.parse(b.date!) || (a.subject! < b.subject! ? -1 : 1),
    );
    expect(inOrder.map((mail) => mail.subject)).toEqual(story[locale]);
    for (const [index, { text = '' }] of inOrder.entries()) {
      expect(text).toMatch(/: (8\.8\.8\.8, |203\.0\.113\.7)/);
      expect(text).toMatch(/ CES?T\n/);
      expect(text).toContain(counsel[locale][index]);
      const told = [...text.matchAll(/^\d\. (.*)$/gm)].map(([, line]) => line!);
      expect(told).toHaveLength(6);
      for (const [step, words] of steps[locale].entries()) expect(told[step]).toContain(words);
    }
    expect(inOrder.at(-1)!.text).toContain(`: ${stolen}\n`);
    // The second mailbox heard all but what was added, up to its own removal.
    const other = (await app.alertsTo(second)).map((mail) => mail.subject);
    expect(other.sort()).toEqual(
      story[locale].filter((_, index) => index !== 4 && index !== 6).sort(),
    );
    // What came after goes to the thief's mailboxes; nothing of before was diverted there.
    const thiefs = (await app.alertsTo(stolen)).map((mail) => mail.subject);
    expect(new Set(thiefs)).toEqual(new Set([story[locale].at(-1), ended[locale]]));
  },
);
