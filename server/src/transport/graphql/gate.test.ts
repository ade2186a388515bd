import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import type { Scope, Viewer } from '../../kernel/access/viewer.js';
import { scopes } from '../../kernel/access/viewer.js';
import { everyField } from '../../../test/every-field.js';
import { fieldAccess } from '../../../test/field-access.js';
import { parse } from 'graphql';
import type { Refusal } from '../../kernel/errors.js';
import { Gate } from './gate.js';

let app: TestApp;
let session: Viewer;

beforeAll(async () => {
  app = await createTestApp();
  session = await app.signedIn({ role: 'ADMIN', permissions: ['admin.users'] });
});
afterAll(() => app.close());

/** Public, but no business of a program that has a token. */
const neverByToken = [
  'Mutation.completeSignIn',
  'Mutation.finishPasskeySignIn',
  'Mutation.register',
  'Mutation.requestPasswordReset',
  'Mutation.resendVerification',
  'Mutation.resetPassword',
  'Mutation.setUpSite',
  'Mutation.signIn',
  'Mutation.signOut',
  'Mutation.startPasskeySignIn',
  'Mutation.verifyEmail',
  'Mutation.verifyNotificationEmail',
  'Mutation.verifySecondaryEmail',
];
const whileRestricted = [
  'Query.me',
  'Query.passwordSuggestion',
  'Query.site',
  'Mutation.changePassword',
  'Mutation.completeSignIn',
  'Mutation.finishPasskeySignIn',
  'Mutation.requestPasswordReset',
  'Mutation.resendVerification',
  'Mutation.resetPassword',
  'Mutation.signIn',
  'Mutation.signOut',
  'Mutation.startPasskeySignIn',
  'Mutation.verifyEmail',
  'Mutation.verifyNotificationEmail',
  'Mutation.verifySecondaryEmail',
];

/** What leads to a second factor, and nothing of it beyond. */
const whileWithoutSecondFactor = [
  ...whileRestricted,
  'Mutation.confirmIdentity',
  'Mutation.confirmTotp',
  'Mutation.finishPasskeyRegistration',
  'Mutation.startPasskeyConfirmation',
  'Mutation.startPasskeyRegistration',
  'Mutation.startTotp',
];

const token = (...given: Scope[]): Viewer => ({
  ...session,
  kind: 'token',
  scopes: new Set(given),
});

/** What the gate says before anything runs; null when it lets the call through. */
function verdicts(viewer: Viewer): Record<string, string | null> {
  const schema = app.schema();
  const gate = new Gate(schema);
  const roots = everyField(schema).filter(({ name }) => name.split('.').length === 2);
  return Object.fromEntries(
    roots.map(({ name, operation }) => [
      name,
      verdict(gate, `${operation} { ${name.split('.')[1]!} { __typename } }`, viewer),
    ]),
  );
}

function verdict(gate: Gate, document: string, viewer: Viewer): string | null {
  try {
    gate.check(parse(document), viewer);
    return null;
  } catch (error) {
    return (error as Refusal).code;
  }
}

const expected = (says: (name: string, rule: string) => string | null) =>
  Object.fromEntries(Object.entries(fieldAccess).map(([name, rule]) => [name, says(name, rule)]));

describe('every field says who may use it', () => {
  it('or the schema does not build', () => {
    const schema = buildSchema('type Query { secrets: String }');
    expect(() => new Gate(schema)).toThrow('Query.secrets says no @Access');
  });

  it('and so does what administrators see, without a permission of its own', () => {
    const schema = buildSchema('type Query { admin: Admin } type Admin { secrets: String }');
    Object.assign(schema.getQueryType()!.getFields()['admin']!.extensions, { access: {} });
    Object.assign(schema.getType('Admin')!.extensions, { access: { permission: 'ANY' } });
    expect(() => new Gate(schema)).toThrow('Admin.secrets says no permission in its @Access');
  });

  it('and whoever has not signed in reaches the public ones only', () => {
    expect(verdicts(nobody)).toEqual(
      expected((_name, rule) => (rule === 'everybody' ? null : 'UNAUTHENTICATED')),
    );
  });

  it('and a signed-in person passes everywhere, since rights over data come later', () => {
    expect(verdicts(session)).toEqual(expected(() => null));
  });

  it.each(scopes)('and an access token with the scope %s reaches what it is for', (scope) => {
    expect(verdicts(token(scope))).toEqual(
      expected((name, rule) => {
        const open = rule === scope || (rule === 'everybody' && !neverByToken.includes(name));
        return open ? null : 'FORBIDDEN';
      }),
    );
  });

  it('and an access token without scopes learns who it is and nothing else', async () => {
    const bare = token();
    const query = '{ __typename me { __typename id username name locale } site { name } }';
    expect((await app.graphql(query, {}, bare)).errors).toBeUndefined();
    for (const field of ['email', 'permissions', 'unreadCount', 'security { hasPassword }']) {
      const answer = await app.graphql(`{ me { ${field} } }`, {}, bare);
      expect([field, answer.errors?.[0]!.extensions.code]).toEqual([field, 'FORBIDDEN']);
    }
  });

  it('and a refusal names the field and the scope it needs', async () => {
    const answer = await app.graphql('{ me { unreadCount } }', {}, token('ACCOUNT_READ'));
    expect(answer.errors?.[0]!.message).toBe(
      'Account.unreadCount needs an access token with the scope NOTIFICATIONS_READ.',
    );
    const sessions = await app.graphql(
      '{ me { security { sessions { id } } } }',
      {},
      token('ACCOUNT_READ'),
    );
    expect(sessions.errors?.[0]!.message).toBe(
      'Security.sessions needs a signed-in session, not an access token.',
    );
  });
});

describe('an administrator who must first add a second factor', () => {
  it('reaches only what leads there', () => {
    const viewer: Viewer = { ...session, restriction: 'TWO_FACTOR_REQUIRED' };
    expect(verdicts(viewer)).toEqual(
      expected((name) => (whileWithoutSecondFactor.includes(name) ? null : 'TWO_FACTOR_REQUIRED')),
    );
  });
});

describe('somebody who must first choose a new password', () => {
  const restricted = (): Viewer => ({ ...session, restriction: 'PASSWORD_CHANGE_REQUIRED' });

  it('reaches only what leads there', () => {
    expect(verdicts(restricted())).toEqual(
      expected((name) => (whileRestricted.includes(name) ? null : 'PASSWORD_CHANGE_REQUIRED')),
    );
  });

  it('reads of the account who it is, and that the password must be changed', async () => {
    const query =
      '{ __typename me { __typename id username name locale security { __typename passwordChangeRequired } } }';
    expect((await app.graphql(query, {}, restricted())).errors).toBeUndefined();
  });

  it.each([
    'email',
    'emailVerified',
    'displayName',
    'timeZone',
    'role',
    'permissions',
    'createdAt',
    'unreadCount',
    'apiAccess { enabled }',
    'inbox { unreadCount }',
    'notification(id: "x") { id }',
    'security { hasPassword }',
    'security { passwordChangedAt }',
    'security { sessions { id } }',
    'security { confirmedUntil }',
  ])('does not read %s', async (field) => {
    const answer = await app.graphql(`{ me { ${field} } }`, {}, restricted());
    expect(answer.errors?.[0]!.extensions.code).toBe('PASSWORD_CHANGE_REQUIRED');
    const spread = `query { me { ...Part } } fragment Part on Account { ${field} }`;
    const again = await app.graphql(spread, {}, restricted());
    expect(again.errors?.[0]!.extensions.code).toBe('PASSWORD_CHANGE_REQUIRED');
  });

  it('is not helped by an access token', async () => {
    const viewer: Viewer = { ...token(...scopes), restriction: 'PASSWORD_CHANGE_REQUIRED' };
    const answer = await app.graphql('{ me { email } }', {}, viewer);
    expect(answer.errors?.[0]!.extensions.code).toBe('PASSWORD_CHANGE_REQUIRED');
  });
});
