import { goodPassword } from '../app.js';
import { challengeFor } from '../second-factor.js';
import { always, signInDocument, withCode } from './world.js';
import type { Way } from './world.js';

const completeDocument = `mutation ($input: CompleteSignInInput!) {
  answer: completeSignIn(input: $input) { __typename account { email } } }`;

/** What opens a session. */
export const signingIn: Record<string, Way> = {
  'Mutation.signIn': {
    free: 'session',
    disabled: 'ACCOUNT_DISABLED',
    elsewhere: 'INVALID_CREDENTIALS',
    twoFactor: 'second step',
    oneTimePassword: 'PASSWORD_CHANGE_REQUIRED',
    limited: 'RATE_LIMITED',
    recorded: ['sign_in.succeeded'],
    begin: async (who, world) => () =>
      world.ask(signInDocument, { input: { login: who.viewer.name, password: goodPassword } }),
  },
  'Mutation.completeSignIn totpCode': {
    free: 'session',
    disabled: 'ACCOUNT_DISABLED',
    elsewhere: 'INVALID_CREDENTIALS',
    twoFactor: 'session',
    oneTimePassword: 'INVALID_TOKEN',
    limited: 'RATE_LIMITED',
    recorded: ['sign_in.succeeded'],
    begin: withCode(async (who, phone, world) => {
      const challenge = await challengeFor(world.app, who.viewer.name, goodPassword);
      return () => world.ask(completeDocument, { input: { challenge, totpCode: phone.code() } });
    }),
  },
  'Mutation.completeSignIn recoveryCode': {
    free: 'session',
    disabled: 'ACCOUNT_DISABLED',
    elsewhere: 'INVALID_CREDENTIALS',
    twoFactor: 'session',
    oneTimePassword: 'INVALID_TOKEN',
    limited: 'RATE_LIMITED',
    recorded: ['recovery_code.used', 'sign_in.succeeded'],
    begin: withCode(async (who, phone, world) => {
      const challenge = await challengeFor(world.app, who.viewer.name, goodPassword);
      const [recoveryCode] = phone.recoveryCodes;
      return () => world.ask(completeDocument, { input: { challenge, recoveryCode } });
    }),
  },
  'Mutation.startPasskeySignIn': {
    ...always,
    begin: async (_who, world) => () => world.ask('mutation { answer: startPasskeySignIn { id } }'),
  },
  // Two factors by itself, and not to be guessed: the limits of others leave it open.
  'Mutation.finishPasskeySignIn': {
    free: 'session',
    disabled: 'ACCOUNT_DISABLED',
    elsewhere: 'IP_NOT_ALLOWED',
    twoFactor: 'session',
    oneTimePassword: 'PASSWORD_CHANGE_REQUIRED',
    limited: 'session',
    recorded: ['sign_in.succeeded'],
    begin: async (who, world) => {
      const authenticator = world.page.authenticator();
      await world.page.register(who.viewer, authenticator);
      const { id, options } = await world.page.start('startPasskeySignIn');
      const document = `mutation ($id: ID!, $response: JSON!) {
        answer: finishPasskeySignIn(ceremonyId: $id, response: $response) {
          __typename account { email } } }`;
      return () => world.ask(document, { id, response: authenticator.get(options) });
    },
  },
};
