import { hashSecret, newSecret } from '../../src/kernel/crypto/token.js';
import { always } from './world.js';
import type { Way } from './world.js';

/** What works without a session, by a name or a mailed link: none of it opens one. */
export const around: Record<string, Way> = {
  // Signs nobody in, and says the same to whoever has the address already.
  'Mutation.register': {
    ...always,
    begin: async (who, world) => () =>
      world.ask('mutation ($input: RegisterInput!) { answer: register(input: $input) }', {
        input: {
          username: `newcomer${world.next()}`,
          email: `${who.viewer.name}@example.org`,
          password: 'an engine of brass',
        },
      }),
  },
  'Mutation.verifyEmail': {
    ...always,
    oneTimePassword: 'INVALID_TOKEN',
    recorded: ['email.changed'],
    begin: async (who, world) => {
      const token = newSecret();
      await world.sql('insert into email_change values ($1, $2, $2, $3, $4)', [
        who.id,
        `${who.viewer.name}@example.com`,
        hashSecret(token),
        world.soon(),
      ]);
      return () =>
        world.ask('mutation ($token: String!) { answer: verifyEmail(token: $token) }', { token });
    },
  },
  'Mutation.resendVerification': {
    ...always,
    begin: async (who, world) => () =>
      world.ask(`mutation { answer: resendVerification(email: "${who.viewer.name}@example.org") }`),
  },
  'Mutation.requestPasswordReset': {
    ...always,
    begin: async (who, world) => () =>
      world.ask(
        `mutation { answer: requestPasswordReset(email: "${who.viewer.name}@example.org") }`,
      ),
  },
  // Signs nobody in; what forbids a sign-in forbids the one that comes after it.
  'Mutation.resetPassword': {
    ...always,
    oneTimePassword: 'INVALID_TOKEN',
    recorded: ['password.changed', 'session.ended'],
    begin: async (who, world) => {
      const token = await world.tokenFor(who, 'reset-password');
      const document = `mutation ($token: String!) {
        answer: resetPassword(token: $token, newPassword: "an engine of brass") }`;
      return () => world.ask(document, { token });
    },
  },
  'Mutation.verifySecondaryEmail': {
    ...always,
    oneTimePassword: 'INVALID_TOKEN',
    recorded: ['secondary_email.changed'],
    begin: async (who, world) => {
      const token = newSecret();
      await world.sql(
        `insert into secondary_email (account_id, pending_email, pending_canonical, pending_hash, pending_until)
         values ($1, $2, $2, $3, $4)`,
        [who.id, `${who.viewer.name}@example.net`, hashSecret(token), world.soon()],
      );
      const document = 'mutation ($token: String!) { answer: verifySecondaryEmail(token: $token) }';
      return () => world.ask(document, { token });
    },
  },
  'Mutation.verifyNotificationEmail': {
    ...always,
    disabled: 'INVALID_TOKEN',
    oneTimePassword: 'INVALID_TOKEN',
    recorded: ['notification_email.changed'],
    begin: async (who, world) => {
      const token = newSecret();
      await world.sql(
        `insert into notification_email (account_id, category, pending_email, pending_hash, pending_until)
         values ($1, '', $2, $3, $4)`,
        [who.id, `${who.viewer.name}@example.net`, hashSecret(token), world.soon()],
      );
      const document =
        'mutation ($token: String!) { answer: verifyNotificationEmail(token: $token) }';
      return () => world.ask(document, { token });
    },
  },
  // Makes an account of its own, once for a site; this one is set up.
  'Mutation.setUpSite': {
    free: 'INVALID_TOKEN',
    disabled: 'INVALID_TOKEN',
    elsewhere: 'INVALID_TOKEN',
    twoFactor: 'INVALID_TOKEN',
    oneTimePassword: 'INVALID_TOKEN',
    limited: 'INVALID_TOKEN',
    recorded: [],
    begin: async (_who, world) => () =>
      world.ask(
        'mutation ($input: SetUpSiteInput!) { answer: setUpSite(input: $input) { __typename } }',
        {
          input: {
            token: newSecret(),
            username: 'first',
            email: 'first@example.org',
            password: 'an engine of brass',
          },
        },
      ),
  },
  'Mutation.signOut': {
    ...always,
    recorded: ['session.signed_out'],
    begin: async (who, world) => () => world.ask('mutation { answer: signOut }', {}, who.viewer),
  },
};
