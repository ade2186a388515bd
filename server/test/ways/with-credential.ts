import { PassThrough } from 'node:stream';
import { commands } from '../../src/app.js';
import { commandViewer } from '../../src/kernel/access/viewer.js';
import { runCli } from '../../src/transport/cli/run-cli.js';
import { goodPassword, nobody } from '../app.js';
import { whoAt } from '../places.js';
import { authenticatorOf } from '../second-factor.js';
import { inSession, always, withCode } from './world.js';
import type { Way } from './world.js';

const confirmDocument = `mutation ($input: ConfirmIdentityInput!) {
  answer: confirmIdentity(input: $input) { __typename } }`;

const reading = '{ answer: me { email } }';

/** What is done with a credential that is there already, and where a secret is tried in a session. */
export const withCredential: Record<string, Way> = {
  'Mutation.changePassword': {
    ...inSession,
    limited: 'RATE_LIMITED',
    recorded: ['password.changed', 'session.ended'],
    begin: async (who, world) => () =>
      world.withSession(who, (viewer) =>
        world.ask(
          `mutation ($current: String!) { answer: changePassword(
            currentPassword: $current, newPassword: "an engine of brass") { __typename } }`,
          { current: goodPassword },
          viewer,
        ),
      ),
  },
  'Mutation.confirmIdentity password': {
    ...inSession,
    twoFactor: 'INVALID_CREDENTIALS',
    limited: 'RATE_LIMITED',
    begin: async (who, world) => () =>
      world.withSession(who, (viewer) =>
        world.ask(confirmDocument, { input: { password: goodPassword } }, viewer),
      ),
  },
  'Mutation.confirmIdentity totpCode': {
    ...inSession,
    limited: 'RATE_LIMITED',
    begin: withCode(
      async (who, phone, world) => () =>
        world.withSession(who, (viewer) =>
          world.ask(confirmDocument, { input: { totpCode: phone.code() } }, viewer),
        ),
    ),
  },
  'Mutation.confirmIdentity passkey': {
    ...inSession,
    begin: async (who, world) => {
      const authenticator = world.page.authenticator();
      await world.page.register(who.viewer, authenticator);
      const { id, options } = await world.page.start('startPasskeyConfirmation', who.viewer);
      const passkey = { ceremonyId: id, response: authenticator.get(options) };
      return () =>
        world.withSession(who, (viewer) =>
          world.ask(confirmDocument, { input: { passkey } }, viewer),
        );
    },
  },
  'Mutation.confirmTotp': {
    ...inSession,
    // Since it was switched on meanwhile, what the password opened is not enough any more.
    twoFactor: 'IDENTITY_CONFIRMATION_REQUIRED',
    limited: 'RATE_LIMITED',
    recorded: ['totp.enrolled'],
    begin: async (who, world) => {
      const start = 'mutation { startTotp { secret } }';
      const { data } = await world.app.graphql(start, {}, who.viewer);
      const { secret } = (data as { startTotp: { secret: string } }).startTotp;
      const document =
        'mutation ($code: String!) { answer: confirmTotp(code: $code) { __typename } }';
      return () =>
        world.withSession(who, (viewer) =>
          world.ask(document, { code: authenticatorOf(world.app, secret).code() }, viewer),
        );
    },
  },
  'credential cookie': {
    ...inSession,
    begin: async (who, world) => () =>
      world.withSession(who, (viewer) =>
        world.ask('mutation { answer: markAllRead { unreadCount } }', {}, viewer),
      ),
  },
  'credential bearer': {
    ...inSession,
    begin: async (who, world) => {
      const token = await world.newToken(who);
      return async () => {
        const now = await whoAt(world.app, { token }, nobody.origin.address);
        return typeof now === 'string' ? now : world.ask(reading, {}, now);
      };
    },
  },
  'socket cookie': {
    ...inSession,
    disabled: '4403',
    elsewhere: '4403',
    oneTimePassword: '4401',
    begin: async (who, world) => () => world.listen({ cookie: world.app.secretOf(who.viewer) }),
  },
  'socket bearer': {
    ...inSession,
    disabled: '4403',
    elsewhere: '4403',
    oneTimePassword: '4401',
    begin: async (who, world) => {
      const token = await world.newToken(who);
      return () => world.listen({ token, origin: null });
    },
  },
  // The machine's owner: asks nobody, and its acts are in the log under his name.
  'command line': {
    ...always,
    recorded: ['user.sessions_ended'],
    begin: async (who, world) => async () => {
      const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
      const code = await runCli(['user', 'sessions', 'end', '-u', who.viewer.name], {
        commands,
        unitOfWork: (work) => world.app.unit(() => work(world.app.get)),
        viewer: commandViewer('root'),
        stdin,
        stdout,
        stderr,
      });
      return code === 0 ? 'done' : `exit ${code}`;
    },
  },
};
