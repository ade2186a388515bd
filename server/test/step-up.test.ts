import { afterAll, beforeAll, expect, test } from 'vitest';
import { Sessions } from '../src/features/session/sessions.js';
import { allPermissions } from '../src/features/permission/permissions.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { createTestApp, nobody } from './app.js';
import type { TestApp } from './app.js';
import { viewerOf } from './beside.js';
import { everyField, plausibleArguments } from './every-field.js';
import type { FieldCall } from './every-field.js';
import { fieldAccess } from './field-access.js';
import { enrol } from './second-factor.js';

/** What a thief with an open browser would do first: a fresh proof of who one is, each of them. */
const asks = [
  'addSecondaryEmail',
  'clearUserIpAllowlist',
  'confirmIpAllowlist',
  'confirmTotp',
  'createAccessToken',
  'createApiKey',
  'createInvite',
  'createUser',
  'deleteAccount',
  'deleteUser',
  'disableTotp',
  'disableUserTwoFactor',
  'enableSupportAccess',
  'finishPasskeyRegistration',
  'regenerateRecoveryCodes',
  'removePasskey',
  'removeSecondaryEmail',
  'requestDataExport',
  'requestEmailChange',
  'rotateApiKey',
  'setApiAccess',
  'setIpAllowlist',
  'setUserPassword',
  'startPasskeyRegistration',
  'startTotp',
  'updatePolicy',
  'updateUser',
];
/** For sessions alone, and without a fresh proof: each with the reason. */
const asksNot: Record<string, string> = {
  cancelAccountDeletion: 'takes something back',
  changePassword: 'asks for the present password itself',
  confirmIdentity: 'is the proof',
  lockDown: 'takes rights away',
  renamePasskey: 'changes no right',
  revokeOtherSessions: 'takes rights away',
  revokeSession: 'takes rights away',
  startPasskeyConfirmation: 'begins the proof',
};

let app: TestApp;
let calls: Map<string, FieldCall>;
beforeAll(async () => {
  app = await createTestApp();
  const mutations = everyField(app.schema()).filter(({ operation }) => operation === 'mutation');
  calls = new Map(mutations.map((call) => [call.name.replace('Mutation.', ''), call]));
});
afterAll(() => app.close());

const answerOf = async (name: string, viewer: Viewer) => {
  const call = calls.get(name)!;
  const fields = Object.fromEntries(call.arguments.map((argument) => [argument.name, argument]));
  await app.unit(() => app.kernel.database.query('delete from rate_limit'));
  const { errors } = await app.graphql(call.shallow, plausibleArguments(fields), viewer);
  return errors?.[0]?.extensions.code ?? 'done';
};
const required = 'IDENTITY_CONFIRMATION_REQUIRED';

test('whatever is for sessions alone says whether it asks for a fresh proof', () => {
  const forSessions = Object.entries(fieldAccess)
    .filter(([name, access]) => name.startsWith('Mutation.') && access === 'session')
    .map(([name]) => name.replace('Mutation.', ''));
  expect([...asks, ...Object.keys(asksNot)].sort()).toEqual(forSessions.sort());
});

test('what asks for one is refused without, also to who may do everything', async () => {
  const late = await app.signedIn({ permissions: allPermissions, confirmed: false });
  const answers: string[] = [];
  for (const name of asks) answers.push(`${name}: ${await answerOf(name, late)}`);
  expect(answers).toEqual(asks.map((name) => `${name}: ${required}`));
  for (const name of Object.keys(asksNot)) {
    // Where signing out or the like ends the session, the next one needs a new one.
    const fresh = await app.signedIn({ confirmed: false });
    expect(await answerOf(name, fresh), name).not.toBe(required);
  }
}, 60_000);

test('a password opens nothing of it once there is a second factor', async () => {
  const ada = await app.signedIn({ permissions: allPermissions });
  await enrol(app, ada);
  const { secret } = await app.unit(() =>
    app.get(Sessions).open(ada.accountId!, 'PASSWORD', nobody.origin, {
      remember: true,
      confirmed: true,
    }),
  );
  const byPassword = await viewerOf(app, secret);
  const answers: string[] = [];
  for (const name of asks) answers.push(`${name}: ${await answerOf(name, byPassword)}`);
  expect(answers).toEqual(asks.map((name) => `${name}: ${required}`));
}, 60_000);

test('a recovery code opens what is about the second factor, and nothing else of it', async () => {
  const own = ['confirmTotp', 'disableTotp', 'regenerateRecoveryCodes', 'startTotp'];
  for (const name of asks) {
    const ada = await app.signedIn({ permissions: allPermissions });
    await enrol(app, ada);
    const { secret } = await app.unit(() =>
      app.get(Sessions).open(ada.accountId!, 'PASSWORD_RECOVERY_CODE', nobody.origin, {
        remember: true,
        confirmed: true,
      }),
    );
    const answer = await answerOf(name, await viewerOf(app, secret));
    expect([name, answer === required]).toEqual([name, !own.includes(name)]);
  }
}, 60_000);
