import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allPermissions } from '../src/features/permission/permissions.js';
import type { AccessRule } from '../src/kernel/access/access.js';
import { scopes } from '../src/kernel/access/viewer.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { refusalOf } from './beside.js';
import { everyField, plausibleArguments } from './every-field.js';

/**
 * What a stolen token must not do, whatever it was given: change how somebody signs in, read who is
 * signed in, or make more tokens. By what it does; taking rights away is open to it on purpose.
 */
const never = {
  passwords: ['changePassword', 'setUserPassword', 'requestPasswordReset', 'resetPassword'],
  factors: [
    ...['startTotp', 'confirmTotp', 'disableTotp', 'disableUserTwoFactor'],
    ...['startPasskeyRegistration', 'finishPasskeyRegistration', 'removePasskey', 'renamePasskey'],
    ...['regenerateRecoveryCodes', 'confirmIdentity', 'startPasskeyConfirmation'],
  ],
  sessions: [
    ...['signIn', 'completeSignIn', 'startPasskeySignIn', 'finishPasskeySignIn', 'signOut'],
    ...['revokeSession', 'revokeOtherSessions', 'lockDown'],
  ],
  tokens: ['setApiAccess', 'createAccessToken', 'createApiKey', 'rotateApiKey'],
  addresses: ['requestEmailChange', 'addSecondaryEmail', 'removeSecondaryEmail', 'verifyEmail'],
  accounts: [
    ...['createUser', 'updateUser', 'deleteUser', 'createInvite', 'updatePolicy', 'register'],
    ...['deleteAccount', 'cancelAccountDeletion', 'requestDataExport'],
    ...['setIpAllowlist', 'confirmIpAllowlist', 'clearUserIpAllowlist', 'enableSupportAccess'],
  ],
};

/** How a query gets to a type. */
const ways: Record<string, readonly string[]> = {
  Account: ['me'],
  Security: ['me', 'security'],
  Passkey: ['me', 'security', 'passkeys'],
  User: ['admin', 'users', 'nodes'],
};

let app: TestApp;
let token: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  const chief = await app.signedIn({ permissions: allPermissions });
  token = { ...chief, kind: 'token', scopes: new Set(scopes), confirmedUntil: null };
});
afterAll(() => app.close());

const everyRow = () =>
  app.unit(async () => {
    const tables = [
      'account',
      'password',
      'totp',
      'passkey',
      'session',
      'access_token',
      'api_access',
    ];
    const all = [];
    for (const table of [...tables, 'api_key', 'email_change', 'secondary_email', 'ip_allowlist']) {
      all.push(await app.kernel.database.query(`select t::text from ${table} t order by 1`));
    }
    return all;
  });

describe('a token with every scope, of an administrator with every permission,', () => {
  test.each(Object.entries(never))('is refused everything about %s', async (_about, names) => {
    const calls = new Map(everyField(app.schema()).map((call) => [call.name, call]));
    const before = await everyRow();
    for (const name of names) {
      const call = calls.get(`Mutation.${name}`)!;
      const fields = Object.fromEntries(
        call.arguments.map((argument) => [argument.name, argument]),
      );
      const answer = await app.graphql(call.shallow, plausibleArguments(fields), token);
      expect([name, refusalOf(answer)?.code]).toEqual([name, 'FORBIDDEN']);
    }
    expect(await everyRow()).toEqual(before);
  });

  test('is refused every field that says nothing of tokens, wherever it stands', async () => {
    const schema = app.schema();
    const roots = new Set([schema.getMutationType()?.name, schema.getQueryType()?.name]);
    const closed = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (!isObjectType(type) || roots.has(type.name) || type.name.startsWith('__')) return [];
      const rule = (holder: { extensions?: object }) =>
        (holder.extensions as { access?: AccessRule } | undefined)?.access;
      return Object.values(type.getFields())
        .filter((field) => {
          const said = rule(field) ?? rule(type);
          return said !== undefined && said.scope === undefined && !said.anonymous;
        })
        .map((field) => `${type.name}.${field.name}`);
    });
    expect(closed).toEqual(
      expect.arrayContaining([
        'Security.sessions',
        'Security.ipAllowlist',
        'Security.confirmedUntil',
      ]),
    );
    for (const coordinate of closed) {
      const [type, field] = coordinate.split('.') as [string, string];
      const path = ways[type];
      expect(path, `${coordinate} needs a way to be asked for here`).toBeDefined();
      const leaf = isObjectType(namedTypeOf(type, field)) ? `${field} { __typename }` : field;
      const document = [...path!, leaf].reduceRight((inner, name) => `${name} { ${inner} }`);
      const answer = await app.graphql(`{ ${document} }`, {}, token);
      expect([coordinate, refusalOf(answer)?.code]).toEqual([coordinate, 'FORBIDDEN']);
    }
  });

  function namedTypeOf(type: string, field: string) {
    const holder = app.schema().getType(type);
    if (!isObjectType(holder)) throw new Error(`${type} is no object type`);
    const text = String(holder.getFields()[field]!.type).replaceAll(/[[\]!]/g, '');
    return app.schema().getType(text);
  }
});
