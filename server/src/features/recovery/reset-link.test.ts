import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, nobody } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf, viewerOf } from '../../../test/beside.js';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Passwords } from '../password/passwords.js';
import { Recoveries } from './recoveries.js';

const chosen = 'an engine of brass';
const minute = 60_000;
const used = { code: 'INVALID_TOKEN', field: 'token' };

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
const own = () => `${ada.name}@example.org`;
const ask = (email = own()) =>
  app.graphql('mutation ($email: EmailAddress!) { requestPasswordReset(email: $email) }', {
    email,
  });
const reset = (token: string, newPassword = chosen) =>
  app.graphql(
    'mutation ($token: String!, $next: String!) { resetPassword(token: $token, newPassword: $next) }',
    { token, next: newPassword },
  );
const signIn = async (password: string) => {
  const document = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
  const answer = await app.graphql(document, { input: { login: ada.name, password } });
  return refusalOf(answer)?.code ?? 'done';
};
/** A verified second address of ada's. */
const attach = async () => {
  const email = `second${++made}@example.com`;
  await app.graphql(`mutation { addSecondaryEmail(email: "${email}") { hasPassword } }`, {}, ada);
  const token = await app.tokenTo(email);
  await app.graphql(`mutation { verifySecondaryEmail(token: "${token}") }`);
  return email;
};

describe('a link to reset the password', () => {
  test('goes to the address as its owner wrote it, sets a password and signs nobody in', async () => {
    await run(`update account set locale = 'IT', time_zone = 'Europe/Rome' where id = $1`, [
      ada.accountId,
    ]);
    expect((await ask(` ${own().toUpperCase()} `)).data).toEqual({ requestPasswordReset: true });
    const [mail, ...others] = await app.mailTo(own());
    expect(others).toEqual([]);
    expect(mail!.subject).toBe('Gatehouse: scegli una nuova password');
    expect(mail!.text).toContain('203.0.113.7');
    expect(mail!.text).toContain(`${app.config.publicUrl}/reset-password?token=`);
    expect((await reset(tokenIn(mail!))).data).toEqual({ resetPassword: true });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    expect(await run('select 1 from session where account_id = $1', [ada.accountId])).toEqual([]);
    expect(await signIn(goodPassword)).toBe('INVALID_CREDENTIALS');
    expect(await signIn(chosen)).toBe('done');
    const log = await run(
      `select kind, address, details from activity
       where account_id = $1 and kind = 'password.reset_requested'`,
      [ada.accountId],
    );
    expect(log).toEqual([
      { kind: 'password.reset_requested', address: '203.0.113.7', details: { to: 'PRIMARY' } },
    ]);
  });

  test('is good for thirty minutes and not a moment longer', async () => {
    await ask();
    const first = await app.tokenTo(own());
    app.clock.advance(30 * minute);
    expect(refusalOf(await reset(first))).toEqual(used);
    await ask();
    const second = await app.tokenTo(own());
    app.clock.advance(30 * minute - 1);
    expect(refusalOf(await reset(second))).toBeNull();
    expect(refusalOf(await reset(second))).toEqual(used);
  });

  test('dies with a newer one', async () => {
    await ask();
    const first = await app.tokenTo(own());
    await ask();
    const second = await app.tokenTo(own());
    expect(refusalOf(await reset(first))).toEqual(used);
    expect(refusalOf(await reset(second))).toBeNull();
  });

  test('dies with any change of the password', async () => {
    await ask();
    const token = await app.tokenTo(own());
    await app.unit(() => app.get(Passwords).change(ada, goodPassword, chosen));
    expect(refusalOf(await reset(token, 'what a thief would like'))).toEqual(used);
  });

  test('works once of fifty times at once, on two servers', async () => {
    const second = await openBeside(app);
    await ask();
    const token = await app.tokenTo(own());
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        const next = `${chosen} ${n}`;
        return codeOf(house.unit(() => house.get(Recoveries).resetPassword(nobody, token, next)));
      }),
    );
    await second.close();
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
  });

  test('goes to nobody whose address was never verified', async () => {
    await run('update account set email_verified = false where id = $1', [ada.accountId]);
    expect((await ask()).data).toEqual({ requestPasswordReset: true });
    expect(await app.mailTo(own())).toEqual([]);
  });

  test('goes three times an hour and ten a day to one account, without a word', async () => {
    for (let n = 0; n < 5; n += 1)
      expect((await ask()).data).toEqual({ requestPasswordReset: true });
    expect(await app.mailTo(own())).toHaveLength(3);
    for (let hours = 0; hours < 4; hours += 1) {
      app.clock.advance(60 * minute);
      for (let n = 0; n < 5; n += 1) await ask();
      await app.settled();
    }
    expect(await app.mailTo(own())).toHaveLength(7);
    app.clock.advance(24 * 60 * minute);
    await ask();
    expect(await app.mailTo(own())).toHaveLength(1);
  });
});

describe('with a second address', () => {
  test('it goes there when that was typed, and only once it is verified', async () => {
    const email = `waiting${++made}@example.com`;
    await app.graphql(`mutation { addSecondaryEmail(email: "${email}") { hasPassword } }`, {}, ada);
    await app.tokenTo(email);
    await ask(email);
    expect(await app.mailTo(email)).toEqual([]);
    const verified = await attach();
    await ask(verified);
    const token = await app.tokenTo(verified);
    expect(await app.mailTo(own())).toEqual([]);
    expect(refusalOf(await reset(token))).toBeNull();
    expect(await signIn(chosen)).toBe('done');
  });

  test('what went there dies when it is removed', async () => {
    const email = await attach();
    await ask(email);
    const token = await app.tokenTo(email);
    await app.graphql('mutation { removeSecondaryEmail { hasPassword } }', {}, ada);
    expect(refusalOf(await reset(token))).toEqual(used);
    await ask(email);
    expect(await app.mailTo(email)).toEqual([]);
  });

  test('it goes for each account that has it, by name', async () => {
    const email = await attach();
    const first = ada.name;
    ada = await app.signedIn();
    await run(
      `insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)`,
      [ada.accountId, email],
    );
    await run('update account set email_verified = true where id = $1', [ada.accountId]);
    await ask(email);
    const mails = await app.mailTo(email);
    expect(mails).toHaveLength(2);
    for (const name of [first, ada.name]) {
      expect(mails.filter((mail) => mail.text!.includes(`Hello ${name},`))).toHaveLength(1);
    }
  });
});

describe('a reset', () => {
  test('drops new addresses that wait, and keeps what is in force', async () => {
    const kept = await attach();
    await app.graphql(
      'mutation { requestEmailChange(email: "thief@example.net") { id } }',
      {},
      ada,
    );
    await app.graphql(
      'mutation { addSecondaryEmail(email: "thief2@example.net") { hasPassword } }',
      {},
      ada,
    );
    const change = await app.tokenTo('thief@example.net');
    const second = await app.tokenTo('thief2@example.net');
    await ask();
    await reset(await app.tokenTo(own()));
    const late = await app.graphql(`mutation { verifyEmail(token: "${change}") }`);
    expect(refusalOf(late)).toEqual(used);
    const other = await app.graphql(`mutation { verifySecondaryEmail(token: "${second}") }`);
    expect(refusalOf(other)).toEqual(used);
    const rows = await run(
      'select email, pending_email from secondary_email where account_id = $1',
      [ada.accountId],
    );
    expect(rows).toEqual([{ email: kept, pending_email: null }]);
  });

  test('leaves the second factor as it was', async () => {
    await run(
      `insert into totp (account_id, secret_sealed, enrolled_at, last_step)
       values ($1, 'v1.sealed', now(), 0)`,
      [ada.accountId],
    );
    await ask();
    await reset(await app.tokenTo(own()));
    expect(
      await run('select secret_sealed from totp where account_id = $1', [ada.accountId]),
    ).toEqual([{ secret_sealed: 'v1.sealed' }]);
  });

  test('and a change of the password and of the address at once end clearly', async () => {
    const second = await openBeside(app);
    for (let round = 0; round < 12; round += 1) {
      await run('delete from rate_limit');
      const person = (ada = await app.signedIn());
      await run('update account set email_verified = true where id = $1', [person.accountId]);
      const target = `target${++made}@example.com`;
      await app.graphql(`mutation { requestEmailChange(email: "${target}") { id } }`, {}, person);
      const change = await app.tokenTo(target);
      await ask();
      const link = await app.tokenTo(own());
      const removed = app.graphql('mutation { removeSecondaryEmail { hasPassword } }', {}, person);
      const codes = await Promise.all([
        codeOf(second.unit(() => second.get(Recoveries).resetPassword(nobody, link, chosen))),
        codeOf(second.unit(() => second.get(Passwords).change(person, goodPassword, chosen))),
        app
          .graphql(`mutation { verifyEmail(token: "${change}") }`)
          .then((answer) => refusalOf(answer)?.code ?? 'done'),
        removed.then((answer) => refusalOf(answer)?.code ?? 'done'),
      ]);
      const clear = ['done', 'INVALID_TOKEN', 'INVALID_CREDENTIALS', 'UNAUTHENTICATED'];
      // Of the session that was ended while it removed the address.
      clear.push('IDENTITY_CONFIRMATION_REQUIRED');
      expect(clear).toEqual(expect.arrayContaining(codes));
    }
    await second.close();
  });
});
