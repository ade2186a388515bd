import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import type { Twist } from '../../../test/software-authenticator.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Passkeys } from './passkeys.js';

const minute = 60_000;
const start = 'startPasskeyRegistration';
const applePasswords = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd';

let app: TestApp;
let page: PasskeyPage;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp({
    PUBLIC_URL: 'https://account.example.org',
    ALLOWED_ORIGINS: 'https://panel.account.example.org,https://elsewhere.example.org',
  });
  page = new PasskeyPage(app);
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const list = async (viewer = ada) => {
  const document = `{ me { security { passkeys { id name credentialId } } } }`;
  const { data } = await app.graphql(document, {}, viewer);
  const { security } = data!['me'] as { security: { passkeys: { id: string; name: string }[] } };
  return security.passkeys;
};
const add = async (twist: Twist) => {
  const { id, options } = await page.start(start, ada);
  return page.finishRegistration(ada, id, page.authenticator().create(options, twist));
};
const kinds = async (viewer: Viewer) => {
  const rows = await app.kernel.database.queryApart<{ kind: string; details: object }>(
    `select kind, details from activity where account_id = $1 and kind like 'passkey.%' order by id`,
    [viewer.accountId],
  );
  return rows.map(({ kind, details }) => [kind, details]);
};

describe('what a browser is asked to make', () => {
  test('is a passkey that names its owner and asks for a finger or a PIN, for this host', async () => {
    const { options, expiresAt } = await page.start(start, ada);
    expect(options).toMatchObject({
      rp: { id: 'account.example.org', name: 'Gatehouse' },
      user: { name: ada.name, displayName: ada.name },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      timeout: 300_000,
      excludeCredentials: [],
    });
    expect(Date.parse(expiresAt) - app.clock.now().getTime()).toBe(5 * minute);
    expect(Buffer.from(options.challenge, 'base64url')).toHaveLength(32);
  });

  test('knows the account by a name that says nothing, the same each time', async () => {
    const first = await page.start(start, ada);
    const second = await page.start(start, ada);
    const handle = first.options.user!.id;
    expect(second.options.user!.id).toBe(handle);
    expect(second.options.challenge).not.toBe(first.options.challenge);
    expect(Buffer.from(handle, 'base64url')).toHaveLength(32);
    const { data } = await app.graphql('{ me { security { passkeyUserHandle } } }', {}, ada);
    expect(data).toEqual({ me: { security: { passkeyUserHandle: handle } } });
  });

  test('is not made twice by the same authenticator', async () => {
    const authenticator = page.authenticator();
    await page.register(ada, authenticator);
    await expect(page.register(ada, authenticator)).rejects.toThrow('InvalidStateError');
  });
});

describe('a new passkey', () => {
  test('stands in the list with its authenticator’s model as its name', async () => {
    const { id, options } = await page.start(start, ada);
    const authenticator = page.authenticator({
      aaguid: applePasswords,
      backedUp: true,
      transports: ['hybrid', 'internal', 'internal'],
    });
    const { data } = await page.finishRegistration(ada, id, authenticator.create(options));
    expect(data!['passkey']).toMatchObject({
      name: 'Apple Passwords',
      authenticator: 'Apple Passwords',
      backedUp: true,
      transports: ['hybrid', 'internal'],
      createdAt: app.clock.now().toISOString(),
      lastUsedAt: null,
      credentialId: authenticator.credentials[0]!.id,
    });
    expect(await list()).toHaveLength(1);
    expect(await kinds(ada)).toEqual([
      ['passkey.added', { name: 'Apple Passwords', authenticator: 'Apple Passwords' }],
    ]);
  });

  test('of an unknown model is called a passkey, unless its owner gives it a name', async () => {
    await page.register(ada);
    await page.register(ada, page.authenticator(), '  Key in the drawer ');
    expect((await list()).map(({ name }) => name)).toEqual(['Passkey', 'Key in the drawer']);
  });

  test('may be made on an allowed page below this host', async () => {
    expect(refusalOf(await add({ origin: 'https://panel.account.example.org' }))).toBeNull();
  });

  test('keeps the window for sensitive changes open', async () => {
    app.clock.advance(9 * minute);
    await page.register(await viewerOf(app, app.secretOf(ada)));
    app.clock.advance(2 * minute);
    await page.register(await viewerOf(app, app.secretOf(ada)));
  });

  test('needs a fresh proof, at its beginning and at its end', async () => {
    const stale = await app.signedIn({ confirmed: false });
    await expect(page.start(start, stale)).rejects.toThrow('IDENTITY_CONFIRMATION_REQUIRED');
    const { id, options } = await page.start(start, ada);
    const response = page.authenticator().create(options);
    const late = { ...ada, confirmedUntil: app.clock.now() };
    const refused = await page.finishRegistration(late, id, response);
    expect(refusalOf(refused)?.code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
    // Nothing was used up: after the proof the page repeats what was refused.
    expect(refusalOf(await page.finishRegistration(ada, id, response))).toBeNull();
  });

  test('is nothing a token can add', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE', 'ADMIN']) };
    await expect(page.start(start, token)).rejects.toThrow('FORBIDDEN');
  });
});

describe('an answer that is not right', () => {
  test.each<[string, Twist]>([
    ['another page', { origin: 'https://evil.example' }],
    ['an allowed page of another host', { origin: 'https://elsewhere.example.org' }],
    ['a host that only ends alike', { origin: 'https://notaccount.example.org' }],
    ['plain http', { origin: 'http://account.example.org' }],
    ['a frame of another page', { crossOrigin: true }],
    ['a frame that names its top', { topOrigin: 'https://evil.example' }],
    ['another host', { rpId: 'example.org' }],
    ['a sign-in', { type: 'webauthn.get' }],
    ['another challenge', { challenge: Buffer.alloc(32, 7).toString('base64url') }],
    ['nobody there', { userPresent: false }],
    ['somebody who was not verified', { userVerified: false }],
    ['a backup of what cannot be backed up', { backedUp: true, backupEligible: false }],
    ['another name for the credential', { id: 'AAAA' }],
  ])('for or from %s adds nothing', async (_, twist) => {
    expect(refusalOf(await add(twist))).toEqual({
      code: 'INVALID_CREDENTIALS',
      field: 'response',
    });
    expect(await list()).toEqual([]);
  });

  test.each([
    [null],
    [5],
    [[]],
    [{}],
    [{ id: 'AA', rawId: 'AA', type: 'public-key', response: null }],
    [{ id: 'AA', rawId: 'AB', type: 'public-key', response: {} }],
    [{ id: 'a+/=', rawId: 'a+/=', type: 'public-key', response: {} }],
  ])('such as %j is refused as malformed', async (response) => {
    const { id } = await page.start(start, ada);
    const answer = await page.finishRegistration(ada, id, response);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field: 'response' });
  });

  test.each(['AAAA', 'e30', Buffer.from('null').toString('base64url')])(
    'whose parts are the nonsense %j is refused like any other',
    async (nonsense) => {
      const { id } = await page.start(start, ada);
      const parts = { clientDataJSON: nonsense, attestationObject: nonsense };
      const response = { id: 'AA', rawId: 'AA', type: 'public-key', response: parts };
      const answer = await page.finishRegistration(ada, id, response);
      expect(refusalOf(answer)?.code).toBe('INVALID_CREDENTIALS');
    },
  );

  test('uses the ceremony up', async () => {
    const { id, options } = await page.start(start, ada);
    const authenticator = page.authenticator();
    const wrong = authenticator.create(options, { origin: 'https://evil.example' });
    await page.finishRegistration(ada, id, wrong);
    const right = authenticator.create(options);
    expect(refusalOf(await page.finishRegistration(ada, id, right))).toEqual({
      code: 'INVALID_TOKEN',
      field: 'ceremonyId',
    });
  });
});

describe('a ceremony', () => {
  const finish = async (viewer: Viewer, id: string, response: unknown) =>
    refusalOf(await page.finishRegistration(viewer, id, response))?.code ?? 'done';

  test('is over after five minutes', async () => {
    const { id, options } = await page.start(start, ada);
    app.clock.advance(5 * minute);
    const confirmed = { ...ada, confirmedUntil: new Date(app.clock.now().getTime() + minute) };
    const response = page.authenticator().create(options);
    expect(await finish(confirmed, id, response)).toBe('INVALID_TOKEN');
  });

  test('is no one else’s, of another account or in another browser', async () => {
    const { id, options } = await page.start(start, ada);
    const eve = await app.signedIn();
    const response = page.authenticator().create(options);
    expect(await finish(eve, id, response)).toBe('INVALID_TOKEN');
    expect(await finish(ada, id, response)).toBe('INVALID_TOKEN');

    const other = await page.start(start, ada);
    const answer = {
      ceremonyId: other.id,
      response: page.authenticator().create(other.options),
      browser: 'another browser',
    };
    const elsewhere = app.unit(() => app.get(Passkeys).finishRegistration(ada, answer, null));
    await expect(elsewhere).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  });

  test('is good for what it was begun for only', async () => {
    const authenticator = page.authenticator();
    await page.register(ada, authenticator);
    for (const begun of ['startPasskeySignIn', 'startPasskeyConfirmation']) {
      const { id } = await page.start(begun, ada);
      const { options } = await page.start(start, await app.signedIn());
      expect(await finish(ada, id, page.authenticator().create(options))).toBe('INVALID_TOKEN');
    }
    const { id, options } = await page.start(start, ada);
    const signIn = await page.start('startPasskeySignIn');
    const response = authenticator.get(signIn.options, { challenge: options.challenge });
    const answer = await page.finishSignIn(id, response);
    expect(refusalOf(answer)?.code).toBe('INVALID_TOKEN');
  });

  test.each(['', 'x', '\0', 'f'.repeat(500)])('is not called %j', async (id) => {
    const code = await finish(ada, id, {});
    expect(code).toBe('BAD_USER_INPUT');
  });

  test('leaves nothing in the database that could answer it, and is swept when it is over', async () => {
    const { id, options } = await page.start(start, ada);
    const rows = () =>
      app.kernel.database.queryApart<{ row: string }>(
        'select c::text as row from passkey_ceremony c where id = $1',
        [id],
      );
    const [{ row } = { row: '' }] = await rows();
    expect(row).not.toBe('');
    expect(row).not.toContain(options.challenge);
    expect(row).not.toContain('the browser of this test');
    app.clock.advance(5 * minute);
    const sweep = app.house.jobs.find((job) => job.name === 'passkey.sweep');
    await app.unit(() => sweep!.run({}));
    expect(await rows()).toEqual([]);
  });
});

describe('the twenty-first passkey', () => {
  test('is refused, at the beginning and when several come at once', async () => {
    for (let count = 0; count < 17; count += 1) await page.register(ada);
    const started = await Promise.all(Array.from({ length: 8 }, () => page.start(start, ada)));
    const finished = await Promise.all(
      started.map(({ id, options }) =>
        page.finishRegistration(ada, id, page.authenticator().create(options)),
      ),
    );
    const codes = finished.map((answer) => refusalOf(answer)?.code ?? 'done');
    expect(codes.filter((code) => code === 'done')).toHaveLength(3);
    expect(codes.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(5);
    await expect(page.start(start, ada)).rejects.toThrow('LIMIT_REACHED');
    expect(await list()).toHaveLength(20);
  });
});

describe('a passkey that is here already', () => {
  test('is nobody else’s, whoever says so', async () => {
    const authenticator = page.authenticator();
    await page.register(ada, authenticator);
    const eve = await app.signedIn();
    const { id, options } = await page.start(start, eve);
    const taken = authenticator.credentials[0]!.id;
    const response = page.authenticator().create(options, { taken });
    expect(refusalOf(await page.finishRegistration(eve, id, response))).toEqual({
      code: 'CONFLICT',
      field: 'response',
    });
    expect(await list(eve)).toEqual([]);
  });
});
