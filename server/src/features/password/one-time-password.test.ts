import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, refusalOf, viewerOf } from '../../../test/beside.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { Passwords } from './passwords.js';
import type { SignedIn } from '../session/sign-in-completion.js';

const oneTime = 'for one use only, please';
const chosen = 'an engine of brass';
const hour = 3_600_000;

let app: TestApp;
let made = 0;
let username: string;
let accountId: string;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  username = `newcomer${++made}`;
  const viewer = await app.signedIn({ username });
  accountId = viewer.accountId!;
  await app.unit(() => app.get(Passwords).set(systemViewer, accountId, oneTime, { oneTime: true }));
});
afterAll(() => app.close());

const signIn = async (password: string): Promise<Viewer> => {
  const input = { login: username, password, remember: true };
  const signedIn = await app.unit(() => app.get(SignIns).signIn(nobody, input));
  return viewerOf(app, (signedIn as SignedIn).secret);
};
const change = `mutation ($current: String, $next: String!) {
  changePassword(currentPassword: $current, newPassword: $next) { passwordChangeRequired }
}`;

describe('a one-time password', () => {
  test('is good for 72 hours and not a moment longer', async () => {
    app.clock.advance(72 * hour - 1);
    expect((await signIn(oneTime)).restriction).toBe('PASSWORD_CHANGE_REQUIRED');
    app.clock.advance(1);
    expect(await codeOf(signIn(oneTime))).toBe('INVALID_CREDENTIALS');
  });

  test.each([
    ['{ me { id username name locale security { passwordChangeRequired } } }'],
    ['{ passwordSuggestion }'],
    ['{ site { name needsSetUp } }'],
    ['mutation { signOut }'],
  ])('opens %s', async (query) => {
    const answer = await app.graphql(query, {}, await signIn(oneTime));
    expect(refusalOf(answer)).toBeNull();
  });

  test.each([
    '{ me { email } }',
    '{ me { displayName } }',
    '{ me { role permissions } }',
    '{ me { timeZone } }',
    '{ me { createdAt emailVerified } }',
    '{ me { security { hasPassword } } }',
    '{ me { security { sessions { id } } } }',
    '{ me { security { confirmedUntil } } }',
    '{ me { unreadCount } }',
    '{ me { inbox { unreadCount } } }',
    '{ me { apiAccess { enabled } } }',
    '{ me { ...Sly } } fragment Sly on Account { name email }',
    '{ me { ... on Account { email } } }',
    '{ admin { permissions } }',
    'mutation { updateProfile(input: { displayName: "x" }) { id } }',
    'mutation { updatePreferences(input: { locale: IT }) { id } }',
    'mutation { revokeOtherSessions { passwordChangeRequired } }',
    'mutation { confirmIdentity(input: { password: "x" }) { confirmedUntil } }',
    'mutation { markAllRead { unreadCount } }',
    'mutation { setApiAccess(enabled: true) { enabled } }',
  ])('does not open %s', async (query) => {
    const answer = await app.graphql(query, {}, await signIn(oneTime));
    expect(refusalOf(answer)).toEqual({ code: 'PASSWORD_CHANGE_REQUIRED' });
  });

  test('shows no more in the answer that signs in', async () => {
    const document = (fields: string) =>
      `mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignedIn { account { ${fields} } } } }`;
    const input = { login: username, password: oneTime };
    const answer = await app.graphql(document('username email'), { input });
    expect(refusalOf(answer)).toEqual({ code: 'PASSWORD_CHANGE_REQUIRED' });
    expect(JSON.stringify(answer)).not.toContain('@');
    const fields = 'username security { passwordChangeRequired }';
    const { data } = await app.graphql(document(fields), { input });
    expect(data).toEqual({
      signIn: { account: { username, security: { passwordChangeRequired: true } } },
    });
  });

  test('is over in the response that changes it', async () => {
    const viewer = await signIn(oneTime);
    const answer = await app.graphql(change, { current: oneTime, next: chosen }, viewer);
    expect(answer.data).toEqual({ changePassword: { passwordChangeRequired: false } });
    const now = await viewerOf(app, app.secretOf(viewer));
    expect(now.restriction).toBeNull();
    app.clock.advance(73 * hour);
    expect((await signIn(chosen)).restriction).toBeNull();
    expect(await codeOf(signIn(oneTime))).toBe('INVALID_CREDENTIALS');
  });

  test('cannot be chosen again', async () => {
    const viewer = await signIn(oneTime);
    const answer = await app.graphql(change, { current: oneTime, next: oneTime }, viewer);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field: 'newPassword' });
  });

  test('once changed, what the same answer reads is read without the restriction', async () => {
    const viewer = await signIn(oneTime);
    const wider = change.replace('passwordChangeRequired', 'passwordChangeRequired hasPassword');
    const answer = await app.graphql(wider, { current: oneTime, next: chosen }, viewer);
    expect(answer.data).toEqual({
      changePassword: { passwordChangeRequired: false, hasPassword: true },
    });
  });

  test('a pasted file with forbidden operations runs the one that is named and allowed', async () => {
    const file = 'query Name { me { username } } query Mail { me { email } }';
    const viewer = await signIn(oneTime);
    const allowed = await app.graphql(file, {}, viewer, undefined, 'Name');
    expect(allowed.data).toEqual({ me: { username } });
    const forbidden = await app.graphql(file, {}, viewer, undefined, 'Mail');
    expect(refusalOf(forbidden)?.code).toBe('PASSWORD_CHANGE_REQUIRED');
  });
});
