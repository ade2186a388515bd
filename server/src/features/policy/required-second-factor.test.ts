import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { authenticatorOf, enrol } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccessTokens } from '../access-token/access-tokens.js';
import { Sessions } from '../session/sessions.js';
import { Policies } from './policies.js';
import { commandViewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  admin = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
});
afterEach(() => require(false));
afterAll(() => app.close());

const require = (required: boolean) =>
  app.unit(() =>
    app.get(Policies).update(commandViewer('root'), { requireTwoFactorForAdmins: required }),
  );
const now = (viewer: Viewer) => viewerOf(app, app.secretOf(viewer));
const codeOf = async (document: string, viewer: Viewer) =>
  refusalOf(await app.graphql(document, {}, viewer))?.code ?? 'done';

describe('an administrator who comes in by a password alone, where a second factor is required', () => {
  test('may do nothing but add one', async () => {
    await require(true);
    const viewer = await now(admin);
    expect(viewer.restriction).toBe('TWO_FACTOR_REQUIRED');
    for (const document of [
      '{ admin { permissions } }',
      '{ me { email } }',
      'mutation { updateProfile(input: { displayName: "x" }) { id } }',
      'mutation { disableTotp { totpEnabled } }',
    ]) {
      expect(await codeOf(document, viewer)).toBe('TWO_FACTOR_REQUIRED');
    }
    const document = `{ me { id username name locale
      security { twoFactorRequired totpEnabled confirmedUntil passkeys { id name credentialId } } } }`;
    const { data, errors } = await app.graphql(document, {}, viewer);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ me: { security: { twoFactorRequired: true } } });
  });

  test('adds an authenticator, and everything is open again', async () => {
    await require(true);
    const start = await app.graphql('mutation { startTotp { secret } }', {}, await now(admin));
    const { secret } = (start.data as { startTotp: { secret: string } }).startTotp;
    const confirm = 'mutation ($code: String!) { confirmTotp(code: $code) { codes } }';
    const code = authenticatorOf(app, secret).code();
    const { data } = await app.graphql(confirm, { code }, await now(admin));
    expect((data as { confirmTotp: { codes: string[] } }).confirmTotp.codes).toHaveLength(10);
    const viewer = await now(admin);
    expect(viewer.restriction).toBeNull();
    expect(await codeOf('{ admin { permissions } }', viewer)).toBe('done');
  });

  test('may confirm that it is him, sign out, and change his password meanwhile', async () => {
    await require(true);
    const viewer = { ...(await now(admin)), confirmedUntil: null };
    const confirm =
      'mutation { confirmIdentity(input: { password: "correct horse battery" }) { confirmedUntil } }';
    expect(await codeOf(confirm, viewer)).toBe('done');
    expect(await codeOf('mutation { startPasskeyRegistration { id } }', await now(admin))).toBe(
      'done',
    );
    expect(await codeOf('mutation { signOut }', viewer)).toBe('done');
  });

  test('is not helped by an older access token', async () => {
    const { secret } = await app.unit(async () => {
      await app.get(AccessTokens).setEnabled(admin, true);
      return app.get(AccessTokens).create(admin, { name: 'ci', scopes: ['ADMIN'] });
    });
    const tokens = app.house.credentials.find(({ carrier }) => carrier === 'bearer')!;
    const identify = () => app.unit(() => tokens.identify(secret, admin.origin));
    expect(await codeOf('{ admin { permissions } }', (await identify())!)).toBe('done');
    await require(true);
    expect(await codeOf('{ admin { permissions } }', (await identify())!)).toBe(
      'TWO_FACTOR_REQUIRED',
    );
  });
});

describe('nobody else is held back', () => {
  test('an administrator with an authenticator, or who came in with a passkey', async () => {
    await enrol(app, admin);
    const other = await app.signedIn({ permissions: ['admin.users'] });
    const { secret } = await app.unit(() =>
      app.get(Sessions).open(other.accountId!, 'PASSKEY', other.origin, {
        remember: true,
        confirmed: true,
      }),
    );
    await require(true);
    expect((await now(admin)).restriction).toBeNull();
    expect((await viewerOf(app, secret)).restriction).toBeNull();
  });

  test('somebody who is no administrator', async () => {
    const ada = await app.signedIn();
    await require(true);
    expect((await now(ada)).restriction).toBeNull();
  });

  test('anybody, once it is no longer required', async () => {
    await require(true);
    await require(false);
    expect((await now(admin)).restriction).toBeNull();
  });
});
