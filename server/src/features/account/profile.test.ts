import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const profile = (input: object, viewer = ada) =>
  app.graphql(
    'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { displayName name } }',
    { input },
    viewer,
  );
const preferences = (input: object, viewer = ada) =>
  app.graphql(
    'mutation ($input: UpdatePreferencesInput!) { updatePreferences(input: $input) { locale timeZone } }',
    { input },
    viewer,
  );
const stored = async () => {
  const [row] = await app.unit(() =>
    app.kernel.database.query(
      `select display_name, locale, time_zone, created_at::text, permissions, disabled_at
       from account where id = $1`,
      [ada.accountId],
    ),
  );
  return row!;
};

describe('the display name', () => {
  test.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['  Ada  ', 'Ada'],
    ['Ame\u0301lie', 'Amélie'],
    ['عبد الله', 'عبد الله'],
    ['👩‍🚀 Ada', '👩‍🚀 Ada'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['𝔞'.repeat(64), '𝔞'.repeat(64)],
    ['e\u0301'.repeat(64), 'é'.repeat(64)],
  ])('may be %j', async (typed, shown) => {
    expect((await profile({ displayName: typed })).data).toEqual({
      updateProfile: { displayName: shown, name: shown },
    });
  });

  test.each([
    'Ada\u202eecalevoL',
    'Ada\u2066x',
    'Ada\nLovelace',
    'Ada\0',
    'Ada\ud800',
    '\u0007',
    '𝔞'.repeat(65),
    'x'.repeat(50_000),
    '\u3164',
    '\u200b\u200b',
  ])('may not be %j', async (displayName) => {
    expect(refusalOf(await profile({ displayName }))).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'displayName',
    });
    expect((await stored())['display_name']).toBeNull();
  });

  test('stays when left out, and goes with null or nothing', async () => {
    await profile({ displayName: 'Ada' });
    expect((await profile({})).data).toMatchObject({ updateProfile: { displayName: 'Ada' } });
    for (const displayName of [null, '', '  ']) {
      await profile({ displayName: 'Ada' });
      const { data } = await profile({ displayName });
      expect(data).toEqual({ updateProfile: { displayName: null, name: ada.name } });
    }
  });
});

describe('preferences', () => {
  test('stay when left out', async () => {
    await preferences({ locale: 'IT', timeZone: 'Europe/Rome' });
    expect((await preferences({})).data).toEqual({
      updatePreferences: { locale: 'IT', timeZone: 'Europe/Rome' },
    });
    expect((await preferences({ locale: 'EN' })).data).toEqual({
      updatePreferences: { locale: 'EN', timeZone: 'Europe/Rome' },
    });
  });

  test.each([
    ['locale', { locale: null }],
    ['timeZone', { timeZone: null }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['timeZone', { timeZone: '+02:00' }],
    ['timeZone', { timeZone: '' }],
    ['timeZone', { timeZone: '\0' }],
    ['timeZone', { timeZone: 'x'.repeat(65) }],
    ['locale', { locale: 'DE' }],
  ])('%s cannot be taken from %j', async (field, input) => {
    expect(refusalOf(await preferences(input))).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('are not half changed by what is refused, nor by what comes after it', async () => {
    const { data, errors } = await app.graphql(
      `mutation {
        updatePreferences(input: { locale: IT, timeZone: "Mars/Olympus" }) { locale }
        updateProfile(input: { displayName: "Ada" }) { name }
      }`,
      {},
      ada,
    );
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(await stored()).toMatchObject({ locale: 'EN', time_zone: 'UTC' });
  });

  test('written alone leave everything else as it was, to the microsecond', async () => {
    await app.unit(() =>
      app.kernel.database.query(
        `update account set created_at = '2026-01-02 03:04:05.678901+00' where id = $1`,
        [ada.accountId],
      ),
    );
    const before = await stored();
    // The request's account came from the statement that found the session.
    await app.unit(async () => {
      const { SessionStore } = await import('../session/session-store.js');
      const { Accounts } = await import('./accounts.js');
      await new SessionStore(app.kernel.database, app.clock).findMany([ada.credentialId!]);
      await app.get(Accounts).updatePreferences(ada, { locale: 'IT' });
    });
    expect(await stored()).toEqual({ ...before, locale: 'IT' });
  });
});

describe('both', () => {
  test('change nobody but the caller', async () => {
    const eve = await app.signedIn();
    await profile({ displayName: 'Ada' }, eve);
    expect((await stored())['display_name']).toBeNull();
    const { data } = await app.graphql('{ me { id username displayName } }', {}, eve);
    expect(data).toEqual({
      me: { id: eve.accountId, username: eve.name, displayName: 'Ada' },
    });
  });

  test('need an account, and of a token the scope to write', async () => {
    expect(refusalOf(await profile({}, nobody))?.code).toBe('UNAUTHENTICATED');
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_READ']) };
    expect(refusalOf(await preferences({}, token))?.code).toBe('FORBIDDEN');
    expect((await app.graphql('{ me { id } }')).data).toEqual({ me: null });
  });
});
