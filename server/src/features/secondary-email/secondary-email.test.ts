import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SecondaryEmails } from './secondary-emails.js';

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
const fresh = () => `second${++made}@example.com`;
const fields = '{ secondaryEmail { email verified pendingEmail } }';
const add = (email: string, viewer = ada) =>
  app.graphql(
    `mutation ($email: EmailAddress!) { addSecondaryEmail(email: $email) ${fields} }`,
    { email },
    viewer,
  );
const verify = (token: string) =>
  app.graphql('mutation ($token: String!) { verifySecondaryEmail(token: $token) }', { token });
const remove = (viewer = ada) =>
  app.graphql(`mutation { removeSecondaryEmail ${fields} }`, {}, viewer);
const now = async () => {
  const { data } = await app.graphql(`{ me { security ${fields} } }`, {}, ada);
  return (data as { me: { security: { secondaryEmail: unknown } } }).me.security.secondaryEmail;
};
const log = (kind: string) =>
  run('select details from activity where account_id = $1 and kind = $2 order by id', [
    ada.accountId,
    `secondary_email.${kind}`,
  ]);
const used = { code: 'INVALID_TOKEN', field: 'token' };

describe('a second address', () => {
  test('counts from following its link on, which needs no session', async () => {
    const email = fresh();
    const waiting = { email, verified: false, pendingEmail: null };
    expect((await add(email)).data).toEqual({ addSecondaryEmail: { secondaryEmail: waiting } });
    const token = await app.tokenTo(email);
    expect(await now()).toEqual(waiting);
    expect((await verify(token)).data).toEqual({ verifySecondaryEmail: true });
    expect(await now()).toEqual({ email, verified: true, pendingEmail: null });
    expect(refusalOf(await verify(token))).toEqual(used);
    expect(await log('changed')).toEqual([{ details: { email, former: null } }]);
  });

  test('stays in force until its replacement’s link is followed', async () => {
    const [first, second] = [fresh(), fresh()];
    await add(first);
    await verify(await app.tokenTo(first));
    await add(second);
    expect(await now()).toEqual({ email: first, verified: true, pendingEmail: second });
    const token = await app.tokenTo(second);
    app.clock.advance(86_400_000 - 1);
    expect(refusalOf(await verify(token))).toBeNull();
    expect(await now()).toEqual({ email: second, verified: true, pendingEmail: null });
    expect(await log('changed')).toMatchObject([{}, { details: { email: second, former: first } }]);
  });

  test('that nobody follows the link of is forgotten after a day, and the verified one kept', async () => {
    const [first, second] = [fresh(), fresh()];
    await add(first);
    await verify(await app.tokenTo(first));
    await add(second);
    const token = await app.tokenTo(second);
    app.clock.advance(86_400_000);
    ada = { ...ada, confirmedUntil: new Date(app.clock.now().getTime() + 60_000) };
    const kept = { email: first, verified: true, pendingEmail: null };
    expect(await now()).toEqual(kept);
    expect(refusalOf(await verify(token))).toEqual(used);
    await app.unit(() =>
      app.house.jobs.find((job) => job.name === 'secondary_email.sweep')!.run(null),
    );
    expect(await now()).toEqual(kept);
    expect(await run('select 1 from secondary_email where pending_email is not null')).toEqual([]);
  });

  test('can be removed, with what waits, and removing none is no fault', async () => {
    const email = fresh();
    await add(email);
    const token = await app.tokenTo(email);
    const none = { removeSecondaryEmail: { secondaryEmail: null } };
    expect((await remove()).data).toEqual(none);
    expect(refusalOf(await verify(token))).toEqual(used);
    expect(await log('removed')).toEqual([]);
    await add(email);
    await verify(await app.tokenTo(email));
    expect((await remove()).data).toEqual(none);
    expect((await remove()).data).toEqual(none);
    expect(await log('removed')).toEqual([{ details: { email } }]);
  });

  test('needs a fresh proof and a session, also to be removed', async () => {
    const late = { ...ada, confirmedUntil: app.clock.now() };
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    for (const call of [(viewer: Viewer) => add(fresh(), viewer), remove]) {
      expect(refusalOf(await call(late))?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
      expect(refusalOf(await call(token))?.code).toBe('FORBIDDEN');
      expect(refusalOf(await call(nobody))?.code).toBe('UNAUTHENTICATED');
    }
  });

  test('is none of those the account has', async () => {
    const email = fresh();
    await add(email);
    await verify(await app.tokenTo(email));
    const refusal = { code: 'BAD_USER_INPUT', field: 'email' };
    for (const same of [`${ada.name}@Example.org`, email.toUpperCase(), 'none']) {
      expect(refusalOf(await add(same))).toEqual(refusal);
    }
  });

  test('is verified once of fifty times at once, on two servers', async () => {
    const second = await openBeside(app);
    const email = fresh();
    await add(email);
    const token = await app.tokenTo(email);
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = n % 2 === 0 ? app : second;
        return codeOf(house.unit(() => house.get(SecondaryEmails).verify(nobody, token)));
      }),
    );
    await second.close();
    expect(codes.filter((code) => code === 'done')).toHaveLength(1);
    expect(codes.filter((code) => code === 'INVALID_TOKEN')).toHaveLength(49);
  });

  test('gets three mails an hour, from whomever they come', async () => {
    const email = fresh();
    const eve = await app.signedIn();
    for (const viewer of [ada, eve, ada]) expect(refusalOf(await add(email, viewer))).toBeNull();
    const refusal = { code: 'RATE_LIMITED', retryAfter: 3_600 };
    expect(refusalOf(await add(email, eve))).toEqual(refusal);
    expect(await app.mailTo(email)).toHaveLength(3);
    expect(refusalOf(await add(fresh(), eve))).toBeNull();
  });

  test('is for its owner alone to see', async () => {
    await add(fresh());
    const eve = await app.signedIn();
    const { data } = await app.graphql(`{ me { security ${fields} } }`, {}, eve);
    expect(data).toEqual({ me: { security: { secondaryEmail: null } } });
  });
});
