import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, nobody } from '../../../test/app.js';
import { codeOf } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Passwords } from '../password/passwords.js';
import { SignIns } from '../sign-in/sign-ins.js';

let app: MailedApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createMailedApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await sql('update site set failed_sign_in_threshold = 5, failed_sign_in_window_minutes = 15');
  await forgive();
  ada = await app.signedIn();
});

const minutes = (count: number) => app.clock.advance(count * 60_000);
const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));
const forgive = () => sql('delete from rate_limit');
const signIn = (login = ada.name, password = 'not the password') =>
  codeOf(app.unit(() => app.get(SignIns).signIn(nobody, { login, password, remember: false })));
const fail = async (times: number) => {
  for (let time = 0; time < times; time++) expect(await signIn()).not.toBe('done');
};
const told = async () => {
  const mails = await app.alertsTo(`${ada.name}@example.org`);
  return mails.filter((mail) => mail.subject?.startsWith('🚨')).length;
};

describe('wrong passwords', () => {
  test('are told with the fifth in a quarter of an hour, once for the whole burst', async () => {
    await fail(4);
    expect(await told()).toBe(0);
    await fail(1);
    expect(await told()).toBe(1);
    await fail(20);
    expect(await told()).toBe(0);
  });

  test('count also where a rate limit refused to look at them, and where identity is confirmed', async () => {
    await sql('update site set failed_sign_in_threshold = 10');
    await fail(8);
    expect(await signIn()).toBe('RATE_LIMITED');
    expect(await told()).toBe(0);
    await codeOf(app.unit(() => app.get(Passwords).prove(ada, 'not the password')));
    expect(await told()).toBe(1);
  });

  test('begin anew with a successful sign-in', async () => {
    await fail(4);
    expect(await signIn(ada.name, goodPassword)).toBe('done');
    await fail(4);
    expect(await told()).toBe(0);
    await fail(1);
    expect(await told()).toBe(1);
    await forgive();
    expect(await signIn(ada.name, goodPassword)).toBe('done');
    await fail(5);
    expect(await told()).toBe(1);
  });

  test('that come one by one, each a while after the other, are no burst', async () => {
    for (let time = 0; time < 8; time++) {
      await fail(1);
      minutes(4);
    }
    expect(await told()).toBe(0);
  });

  test('of a burst that goes on are told once; after a window without any a new one begins', async () => {
    for (let round = 0; round < 6; round++) {
      await fail(5);
      minutes(14);
    }
    expect(await told()).toBe(1);
    minutes(1);
    await fail(5);
    expect(await told()).toBe(1);
  });

  test('are told four times a day at most, and stand in the activity each time', async () => {
    const counts: number[] = [];
    for (let burst = 0; burst < 6; burst++) {
      await forgiveTries();
      await fail(5);
      counts.push(await told());
      minutes(16);
    }
    expect(counts).toEqual([1, 1, 1, 1, 0, 0]);
    const kind = 'sign_in.failed_repeatedly';
    const rows = await sql('select 1 from activity where account_id = $1 and kind = $2', [
      ada.accountId,
      kind,
    ]);
    expect(rows).toHaveLength(6);
    minutes(24 * 60);
    await forgiveTries();
    await fail(5);
    expect(await told()).toBe(1);
  });

  test('for a name that is nobody’s are told to nobody', async () => {
    for (let time = 0; time < 9; time++) await signIn('nobody-at-all');
    expect(await app.alertsTo()).toEqual([]);
    expect(await sql(`select 1 from failed_sign_in where account_id is null`)).toHaveLength(1);
  });

  test('that come fifty at once are one burst', async () => {
    await Promise.all(Array.from({ length: 50 }, () => signIn()));
    expect(await told()).toBe(1);
  });

  test('say how many, from where and in which time', async () => {
    await fail(5);
    const [mail] = await app.alertsTo(`${ada.name}@example.org`);
    expect(mail?.text).toContain('5 times within 15 minutes');
    expect(mail?.text).toContain('From: 203.0.113.7');
  });
});

/** The tries, but not how often the owner was told. */
const forgiveTries = () => sql(`delete from rate_limit where key like 'password%'`);
