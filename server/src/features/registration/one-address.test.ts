import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, nobody } from '../../../test/app.js';
import { codeOf, nobodyAt, openBeside, refusalOf } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { EmailVerifications } from './email-verifications.js';

let app: MailedApp;
let second: SecondApp;
beforeAll(async () => {
  app = await createMailedApp();
  second = await openBeside(app);
  await run(`update site set registration = 'OPEN'`);
});
beforeEach(() => run('delete from rate_limit'));
afterAll(async () => {
  await second.close();
  await app.close();
});

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const register = (username: string, email: string, password: string, viewer = nobody) =>
  app.graphql(
    'mutation ($input: RegisterInput!) { register(input: $input) }',
    { input: { username, email, password } },
    viewer,
  );
const verify = (token: string) =>
  app.graphql('mutation ($token: String!) { verifyEmail(token: $token) }', { token });
const signIn = async (login: string, password: string) => {
  const input = { login, password };
  const answer = await app.graphql(
    'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
    { input },
  );
  return refusalOf(answer)?.code ?? 'done';
};
const mine = 'an engine of brass';
const theirs = 'a loom of whalebone';

describe('two people who register one address', () => {
  test('each wait, the one who follows a link has it, and the other’s password never works', async () => {
    const email = 'ada@example.com';
    await register('mallory', email, theirs);
    await register('ada', email, mine);
    const mails = await app.mailTo(email);
    const linkOf = (username: string) =>
      tokenIn(mails.find((mail) => mail.text!.includes(`Hello ${username}`))!);
    const [hers, other] = [linkOf('ada'), linkOf('mallory')];
    expect(refusalOf(await verify(hers))).toBeNull();
    expect(refusalOf(await verify(other))).toEqual({ code: 'INVALID_TOKEN', field: 'token' });
    expect(await signIn('ada', mine)).toBe('done');
    for (const login of ['ada', 'mallory', email]) {
      expect(await signIn(login, theirs)).toBe('INVALID_CREDENTIALS');
    }
    expect(await run('select 1 from registration where email_canonical = $1', [email])).toEqual([]);
    await app.graphql(`mutation { resendVerification(email: "${email}") }`);
    expect(await app.mailTo(email)).toEqual([]);
  });

  test('and follow their links at the same moment on two servers: one has it', async () => {
    const email = 'race@example.com';
    const people = ['race1', 'race2', 'race3'];
    for (const username of people) await register(username, email, mine);
    const tokens = (await app.mailTo(email)).map(tokenIn);
    expect(tokens).toHaveLength(3);
    const codes = await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        return codeOf(
          house.unit(() => house.get(EmailVerifications).verify(nobody, tokens[n % 3]!)),
        );
      }),
    );
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(29);
    expect(await run('select 1 from account where email_canonical = $1', [email])).toHaveLength(1);
  });

  test('find it gone when an administrator gave it to a third meanwhile', async () => {
    const email = 'third@example.org';
    await register('impostor', email, theirs);
    const token = await app.tokenTo(email);
    await app.signedIn({ username: 'third' });
    expect(refusalOf(await verify(token))?.code).toBe('INVALID_TOKEN');
    expect(await signIn(email, theirs)).toBe('INVALID_CREDENTIALS');
    expect(await signIn(email, goodPassword)).toBe('done');
  });
});

test('fifty uses of one link over two servers make one account', async () => {
  await register('fifty', 'fifty@example.org', mine);
  const token = await app.tokenTo('fifty@example.org');
  const codes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const house = n % 2 === 0 ? app : second;
      return codeOf(house.unit(() => house.get(EmailVerifications).verify(nobody, token)));
    }),
  );
  expect(codes.filter((code) => code === 'done')).toHaveLength(1);
  expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
});

test('of fifty who want one username at once one waits for it', async () => {
  const codes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => {
      const viewer = nobodyAt(`10.1.${n}.1`);
      return register('popular', `popular${n}@example.org`, mine, viewer).then(
        (answer) => refusalOf(answer)?.code ?? 'done',
      );
    }),
  );
  expect(codes.filter((code) => code === 'done')).toHaveLength(1);
  expect(codes.filter((code) => code === 'TAKEN')).toHaveLength(49);
});

describe('the owner of an address that somebody registers', () => {
  test('is told, once in their own language, and nothing of the account changes', async () => {
    const owner = await app.signedIn({ username: 'owner' });
    await run(`update account set locale = 'IT' where id = $1`, [owner.accountId]);
    expect((await register('usurper', 'Owner@Example.org', theirs)).data).toEqual({
      register: true,
    });
    const [mail, ...others] = await app.mailTo('owner@example.org');
    expect(others).toEqual([]);
    expect(mail!.subject).toBe('Gatehouse: hai già un account');
    expect(mail!.text).toContain('owner');
    expect(mail!.text).not.toContain('usurper');
    expect(mail!.text).toContain(`${app.config.publicUrl}/forgot-password`);
    expect(mail!.text).not.toMatch(/token=/);
    const rows = await run(`select token_hash from registration where username = 'usurper'`);
    expect(rows).toEqual([{ token_hash: null }]);
    expect(await signIn('owner@example.org', theirs)).toBe('INVALID_CREDENTIALS');
    expect(await signIn('owner', goodPassword)).toBe('done');
  });
});
