import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, nobody } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { EmailVerifications } from '../registration/email-verifications.js';

let app: MailedApp;
let ada: Viewer;
let made = 0;
beforeAll(async () => {
  app = await createMailedApp();
});
beforeEach(async () => {
  await run('delete from rate_limit');
  ada = await app.signedIn();
  await run('update account set email_verified = true where id = $1', [ada.accountId]);
});
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const fresh = () => `fresh${++made}@example.com`;
const ask = (email: string, viewer = ada) =>
  app.graphql(
    `mutation ($email: EmailAddress!) { requestEmailChange(email: $email) { email pendingEmail } }`,
    { email },
    viewer,
  );
const cancel = (viewer = ada) =>
  app.graphql('mutation { cancelEmailChange { email pendingEmail } }', {}, viewer);
const verify = (token: string) =>
  app.graphql('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
const me = async () =>
  (await app.graphql('{ me { email emailVerified pendingEmail } }', {}, ada)).data!['me'];
const signIn = async (login: string) => {
  const document = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const answer = await app.graphql(document, { input: { login, password: goodPassword } });
  return refusalOf(answer)?.code ?? 'done';
};
const own = () => `${ada.name}@example.org`;
const used = { code: 'INVALID_TOKEN', field: 'token' };

describe('a new address', () => {
  test('waits until its link is followed, and the old one is the only one until then', async () => {
    const email = fresh();
    expect((await ask(email)).data).toEqual({
      requestEmailChange: { email: own(), pendingEmail: email },
    });
    expect(await signIn(email)).toBe('INVALID_CREDENTIALS');
    expect(await signIn(own())).toBe('done');
    const token = await app.tokenTo(email);
    expect(await app.mailTo(own())).toEqual([]);
    expect((await verify(token)).data).toEqual({ verifyEmail: true });
    expect(await me()).toEqual({ email, emailVerified: true, pendingEmail: null });
    expect(await signIn(email)).toBe('done');
    expect(await signIn(own())).toBe('INVALID_CREDENTIALS');
    expect(refusalOf(await verify(token))).toEqual(used);
    const log = await run(
      `select details from activity where account_id = $1 and kind = 'email.changed'`,
      [ada.accountId],
    );
    expect(log).toEqual([{ details: { old: own(), new: email } }]);
  });

  test('waits a day and not a moment longer, and a newer wish ends an older', async () => {
    const [first, second] = [fresh(), fresh()];
    await ask(first);
    const older = await app.tokenTo(first);
    await ask(second);
    const newer = await app.tokenTo(second);
    expect(refusalOf(await verify(older))).toEqual(used);
    app.clock.advance(86_400_000);
    expect(refusalOf(await verify(newer))).toEqual(used);
    expect(await me()).toMatchObject({ email: own(), pendingEmail: null });
  });

  test('can be taken back, by a program too, and twice', async () => {
    const email = fresh();
    await ask(email);
    const token = await app.tokenTo(email);
    const program: Viewer = {
      ...ada,
      kind: 'token',
      scopes: new Set(['ACCOUNT_WRITE', 'ACCOUNT_READ']),
    };
    const answer = { cancelEmailChange: { email: own(), pendingEmail: null } };
    expect((await cancel(program)).data).toEqual(answer);
    expect((await cancel()).data).toEqual(answer);
    expect(refusalOf(await verify(token))).toEqual(used);
    const log = await run(
      `select 1 from activity where account_id = $1 and kind = 'email.change_cancelled'`,
      [ada.accountId],
    );
    expect(log).toHaveLength(1);
  });

  test('needs a fresh proof and a session', async () => {
    const late = { ...ada, confirmedUntil: app.clock.now() };
    expect(refusalOf(await ask(fresh(), late))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    expect(refusalOf(await ask(fresh(), token))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await ask(fresh(), nobody))?.code).toBe('UNAUTHENTICATED');
  });

  test.each(['', 'ada', 'a@b\0.org'])('cannot be %j', async (email) => {
    expect(refusalOf(await ask(email))).toEqual({ code: 'BAD_USER_INPUT', field: 'email' });
  });

  test('is another than the old one, however that is written', async () => {
    const answer = await ask(` ${own().toUpperCase()}`);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field: 'email' });
  });

  test('that is taken is answered like a free one, its owner is told, and no link exists', async () => {
    const owner = await app.signedIn({ username: 'grace' });
    await run(`update account set locale = 'IT' where id = $1`, [owner.accountId]);
    expect((await ask('grace@example.org')).data).toEqual({
      requestEmailChange: { email: own(), pendingEmail: 'grace@example.org' },
    });
    const [mail] = await app.mailTo('grace@example.org');
    expect(mail!.subject).toContain('qualcuno voleva usare il tuo indirizzo');
    expect(mail!.text).not.toMatch(/token=/);
    expect(mail!.text).not.toContain(ada.name);
    const rows = await run('select token_hash from email_change where account_id = $1', [
      ada.accountId,
    ]);
    expect(rows).toEqual([{ token_hash: null }]);
  });

  test('that somebody else got meanwhile stays theirs', async () => {
    await ask('hedy@example.org');
    const token = await app.tokenTo('hedy@example.org');
    await app.signedIn({ username: 'hedy' });
    expect(refusalOf(await verify(token))).toEqual({ code: 'CONFLICT', field: 'token' });
    expect(await me()).toMatchObject({ email: own() });
  });

  test('is confirmed once, though two accounts and fifty clicks on two servers want it', async () => {
    const second = await openBeside(app);
    const eve = await app.signedIn();
    const email = fresh();
    await ask(email);
    await ask(email, eve);
    const tokens = (await app.mailTo(email)).map(tokenIn);
    expect(tokens).toHaveLength(2);
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        const token = tokens[n % 4 < 2 ? 0 : 1]!;
        return codeOf(house.unit(() => house.get(EmailVerifications).verify(nobody, token)));
      }),
    );
    await second.close();
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    const refused = codes.filter((code) => code !== 'done');
    expect(refused.every((code) => ['INVALID_TOKEN', 'CONFLICT'].includes(code))).toBe(true);
  });

  test('ends links to reset the password and to verify the old one', async () => {
    await app.graphql(`mutation { requestPasswordReset(email: "${own()}") }`);
    const reset = await app.tokenTo(own());
    const email = fresh();
    await ask(email);
    await verify(await app.tokenTo(email));
    const answer = await app.graphql(
      'mutation ($token: String!) { resetPassword(token: $token, newPassword: "an engine of brass") }',
      { token: reset },
    );
    expect(refusalOf(answer)).toEqual(used);
  });

  test('is asked to confirm again on request, and the former link stays good until the newer is out', async () => {
    const email = fresh();
    await ask(email);
    const first = await app.tokenTo(email);
    await ask(email);
    const second = await app.tokenTo(email);
    await app.graphql(`mutation { resendVerification(email: "${email}") }`);
    const third = await app.tokenTo(email);
    // The fourth mail within the hour is not sent, and must not take the third one's link along.
    await ask(email);
    expect(await app.mailTo(email)).toEqual([]);
    expect(refusalOf(await verify(first))).toEqual(used);
    expect(refusalOf(await verify(second))).toEqual(used);
    expect(refusalOf(await verify(third))).toBeNull();
  });

  test('is asked for ten times an hour at most', async () => {
    for (let n = 0; n < 10; n += 1) expect(refusalOf(await ask(fresh()))).toBeNull();
    expect(refusalOf(await ask(fresh()))).toEqual({ code: 'RATE_LIMITED', retryAfter: 3_600 });
  });
});
