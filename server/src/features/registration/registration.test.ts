import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const password = 'an engine of brass';
const hour = 3_600_000;
const used = { code: 'INVALID_TOKEN', field: 'token' };

let app: MailedApp;
let storageRoot: string;
let made = 0;
beforeAll(async () => {
  storageRoot = await mkdtemp(join(tmpdir(), 'gatehouse-storage-'));
  await mkdir(join(storageRoot, 'hopper'));
  app = await createMailedApp({ STORAGE_ROOT: storageRoot });
});
beforeEach(async () => {
  await run('delete from rate_limit');
  await run(`update site set registration = 'OPEN'`);
});
afterAll(async () => {
  await app.close();
  await rm(storageRoot, { recursive: true });
});

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const someone = () => ({ username: `new${++made}`, email: `new${made}@example.org`, password });
const register = (input: object, viewer = nobody) =>
  app.graphql(
    'mutation ($input: RegisterInput!) { register(input: $input) }',
    { input: { ...someone(), ...input } },
    viewer,
  );
const verify = (token: string, viewer = nobody) =>
  app.graphql('mutation ($token: String!) { verifyEmail(token: $token) }', { token }, viewer);
const resend = (email: string) =>
  app.graphql('mutation ($email: EmailAddress!) { resendVerification(email: $email) }', { email });
const signIn = (login: string, typed = password) =>
  app.graphql(
    `mutation ($input: SignInInput!) { signIn(input: $input) {
       ... on SignedIn { account { username email emailVerified locale timeZone role } } } }`,
    { input: { login, password: typed } },
  );

describe('who registers', () => {
  test('exists from following the mailed link on, and signs in then', async () => {
    const ada = someone();
    const input = { ...ada, locale: 'IT', timeZone: 'Europe/Rome' };
    expect((await register(input)).data).toEqual({ register: true });
    expect(refusalOf(await signIn(ada.username))).toEqual({ code: 'INVALID_CREDENTIALS' });
    expect(await run('select 1 from account where username = $1', [ada.username])).toEqual([]);
    const [mail] = await app.mailTo(ada.email);
    expect(mail!.subject).toBe('Gatehouse: conferma il tuo indirizzo e-mail');
    expect(mail!.text).toContain(ada.username);
    expect(mail!.text).toContain(`${app.config.publicUrl}/verify-email?token=`);
    expect(refusalOf(await signIn(ada.username))).toEqual({ code: 'INVALID_CREDENTIALS' });
    expect((await verify(tokenIn(mail!))).data).toEqual({ verifyEmail: true });
    expect(await run('select 1 from session')).toEqual([]);
    expect((await signIn(ada.email)).data).toEqual({
      signIn: {
        account: {
          username: ada.username,
          email: ada.email,
          emailVerified: true,
          locale: 'IT',
          timeZone: 'Europe/Rome',
          role: 'USER',
        },
      },
    });
    const log = await run(
      `select v.kind, v.actor, v.address from activity v join account a on a.id = v.account_id
       where a.username = $1 and v.kind = 'account.created'`,
      [ada.username],
    );
    expect(log).toEqual([{ kind: 'account.created', actor: ada.username, address: '203.0.113.7' }]);
  });

  test('has 48 hours and not a moment longer, and keeps the username that long', async () => {
    const ada = someone();
    await register(ada);
    const token = await app.tokenTo(ada.email);
    app.clock.advance(48 * hour - 1);
    const taken = { code: 'TAKEN', field: 'username' };
    const other = { username: ada.username, password: 'a loom of punched cards' };
    expect(refusalOf(await register(other))).toEqual(taken);
    app.clock.advance(1);
    expect(refusalOf(await verify(token))).toEqual(used);
    const next = { ...someone(), username: ada.username };
    expect(refusalOf(await register(next))).toBeNull();
    expect(refusalOf(await verify(token))).toEqual(used);
    expect(refusalOf(await verify(await app.tokenTo(next.email)))).toBeNull();
  });

  test('and mistyped the address registers again with the same password; the first link is dead', async () => {
    const ada = someone();
    await register(ada);
    const first = await app.tokenTo(ada.email);
    const right = { ...someone(), username: ada.username };
    expect(refusalOf(await register(right))).toBeNull();
    expect(refusalOf(await verify(first))).toEqual(used);
    expect(refusalOf(await verify(await app.tokenTo(right.email)))).toBeNull();
    expect((await signIn(right.email)).data).toMatchObject({
      signIn: { account: { username: ada.username, email: right.email } },
    });
  });

  test('keeps the username from others, who cannot find the password out by trying either', async () => {
    const ada = someone();
    await register(ada);
    const token = await app.tokenTo(ada.email);
    const taken = { code: 'TAKEN', field: 'username' };
    for (const guess of ['a loom of cards', 'a mill of brass', 'a store of brass', password]) {
      const other = { ...someone(), username: ada.username, password: guess };
      expect(refusalOf(await register(other))).toEqual(taken);
    }
    expect(refusalOf(await verify(token))).toBeNull();
  });

  test('and never follows the link is forgotten', async () => {
    await register({});
    app.clock.advance(48 * hour);
    await app.unit(() =>
      app.house.jobs.find((job) => job.name === 'registration.sweep')!.run(null),
    );
    expect(await run('select 1 from registration')).toEqual([]);
  });

  test.each([
    ['TAKEN', 'username', { username: 'postgres' }],
    ['TAKEN', 'username', { username: 'hopper' }],
    ['BAD_USER_INPUT', 'username', { username: 'Ada' }],
    ['BAD_USER_INPUT', 'username', { username: '../ada' }],
    ['BAD_USER_INPUT', 'email', { email: 'ada' }],
    ['BAD_USER_INPUT', 'password', { password: 'an engine of \0 brass' }],
    ['BAD_USER_INPUT', 'timeZone', { timeZone: 'Rome' }],
    ['WEAK_PASSWORD', 'password', { password: 'brass-q7' }],
    ['WEAK_PASSWORD', 'password', { password: 'password1234' }],
    ['INVALID_TOKEN', 'invite', { invite: '' }],
    ['INVALID_TOKEN', 'invite', { invite: '\0' }],
  ])('is refused: %s %s, %j', async (code, field, input) => {
    expect(refusalOf(await register(input))).toMatchObject({ code, field });
    expect(await app.mailTo(`new${made}@example.org`)).toEqual([]);
  });

  test('cannot have the name of somebody, in any way of writing it', async () => {
    await app.signedIn({ username: 'lovelace' });
    const refusal = { code: 'TAKEN', field: 'username' };
    expect(refusalOf(await register({ username: 'lovelace' }))).toEqual(refusal);
    expect(refusalOf(await register({ username: 'Lovelace' }))?.code).toBe('BAD_USER_INPUT');
  });

  test('gets no system name either by being signed in as an administrator', async () => {
    const admin = await app.signedIn({ permissions: ['admin.users'] });
    expect(refusalOf(await register({ username: 'postgres' }, admin))?.code).toBe('TAKEN');
  });

  test('keeps the name from administrators too while waiting', async () => {
    const ada = someone();
    await register(ada);
    const admin = await app.signedIn({ permissions: ['admin.users'] });
    const input = { username: ada.username, email: 'other@example.org' };
    const answer = await app.graphql(
      'mutation ($input: CreateUserInput!) { createUser(input: $input) { id } }',
      { input },
      admin,
    );
    expect(refusalOf(answer)).toEqual({ code: 'TAKEN', field: 'username' });
  });

  test('finds the name gone when its folder was made meanwhile', async () => {
    const ada = someone();
    await register(ada);
    const token = await app.tokenTo(ada.email);
    await mkdir(join(storageRoot, ada.username));
    expect(refusalOf(await verify(token))?.code).toBe('CONFLICT');
  });

  test('is no business of an access token', async () => {
    const ada = await app.signedIn();
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    expect(refusalOf(await register({}, token))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await verify('x', token))?.code).toBe('FORBIDDEN');
  });
});

describe('a site', () => {
  test('that is closed lets nobody register, with an invite neither', async () => {
    await run(`update site set registration = 'CLOSED'`);
    expect(refusalOf(await register({}))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await register({ invite: 'x' }))?.code).toBe('FORBIDDEN');
  });

  test('by invitation lets nobody register without one', async () => {
    await run(`update site set registration = 'INVITE_ONLY'`);
    expect(refusalOf(await register({}))).toEqual({ code: 'FORBIDDEN', field: 'invite' });
  });

  test('lets three a minute register with one address, and ten from one computer', async () => {
    const email = 'often@example.org';
    for (let n = 0; n < 3; n += 1) expect(refusalOf(await register({ email }))).toBeNull();
    expect(refusalOf(await register({ email }))).toEqual({ code: 'RATE_LIMITED', retryAfter: 60 });
    for (let n = 0; n < 6; n += 1) expect(refusalOf(await register({}))).toBeNull();
    expect(refusalOf(await register({}))).toEqual({ code: 'RATE_LIMITED', retryAfter: 60 });
    app.clock.advance(60_000);
    expect(refusalOf(await register({ email }))).toBeNull();
    expect(await app.mailTo(email)).toHaveLength(3);
  });
});

describe('a link to verify', () => {
  test.each(['', 'wrong', '\0', '\ud800', 'x'.repeat(10_000)])('is none: %j', async (token) => {
    expect(refusalOf(await verify(token))).toEqual(used);
  });

  test('is sent again on request, and the former one is over', async () => {
    const ada = someone();
    await register(ada);
    const first = await app.tokenTo(ada.email);
    expect((await resend(` ${ada.email.toUpperCase()}`)).data).toEqual({
      resendVerification: true,
    });
    const second = await app.tokenTo(ada.email);
    expect(refusalOf(await verify(first))).toEqual(used);
    expect(refusalOf(await verify(second))).toBeNull();
    await resend(ada.email);
    expect(await app.mailTo(ada.email)).toEqual([]);
  });

  test('is sent three times an hour and ten a day, whatever is asked', async () => {
    const ada = someone();
    await register(ada);
    for (let n = 0; n < 5; n += 1) expect((await resend(ada.email)).errors).toBeUndefined();
    expect(await app.mailTo(ada.email)).toHaveLength(3);
    for (let hours = 0; hours < 4; hours += 1) {
      app.clock.advance(hour);
      for (let n = 0; n < 5; n += 1) await resend(ada.email);
      await app.settled();
    }
    expect(await app.mailTo(ada.email)).toHaveLength(7);
  });

  test('comes for the first time to who was given an account, and lets the password be reset', async () => {
    await app.signedIn({ username: 'given' });
    const address = 'given@example.org';
    const request = 'mutation { requestPasswordReset(email: "given@example.org") }';
    await app.graphql(request);
    expect(await app.mailTo(address)).toEqual([]);
    await resend(address);
    const token = await app.tokenTo(address);
    expect(refusalOf(await verify(token))).toBeNull();
    expect(await run('select email_verified from account where username = $1', ['given'])).toEqual([
      { email_verified: true },
    ]);
    expect(refusalOf(await verify(token))).toEqual(used);
    await resend(address);
    expect(await app.mailTo(address)).toEqual([]);
    await app.graphql(request);
    expect(await app.mailTo(address)).toHaveLength(1);
  });
});
