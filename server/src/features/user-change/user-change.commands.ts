import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { namedUser, usernameOption } from '../user/named-user.js';
import { UserChanges } from './user-changes.js';
import type { UserChange } from './user-changes.js';
import { UserCredentials } from './user-credentials.js';
import { UserDeletion } from './user-deletion.js';

const permissionOption = {
  flags: '-p, --permission <name>',
  description: 'such as admin.users',
  required: true,
};

/** `gatehouse user …` for an account that is there already. */
export const userChangeCommands: readonly CliCommand[] = [
  {
    path: ['user', 'password'],
    summary: 'set a one-time password, good for 72 hours; ends all sessions and access tokens',
    options: [
      usernameOption,
      {
        flags: '-p, --password <new>',
        description:
          'without it the password is asked for, or a line of standard input is read, which is safer: other users of this machine can see arguments, and shells remember them',
      },
      { flags: '--generate', description: 'make one up and print it' },
    ],
    examples: [
      'gatehouse user password -u ada',
      'gatehouse user password -u ada -p "velvet harbour 91"',
      'gatehouse user password -u ada --generate',
      'gatehouse user password -u ada < password.txt',
    ],
    run: setPassword,
  },
  {
    path: ['user', 'update'],
    summary: 'change the address, the name or the role of an account',
    options: [
      usernameOption,
      { flags: '--email <mail>', description: 'a link to verify it is mailed there' },
      { flags: '--display-name <text>', description: 'shown instead of the username; "" for none' },
      { flags: '--role <role>', description: 'USER, or ADMIN with every permission' },
    ],
    examples: [
      'gatehouse user update -u ada --email ada@example.org',
      'gatehouse user update -u ada --role ADMIN --display-name "Ada Lovelace"',
    ],
    run: (call) => change(call, updateOf(call), (name) => `Changed ${name}.`),
  },
  {
    path: ['user', 'disable'],
    summary: 'let somebody in no more; ends all sessions and access tokens',
    options: [usernameOption],
    examples: ['gatehouse user disable -u ada'],
    run: (call) => change(call, { disabled: true }, (name) => `${name} is disabled.`),
  },
  {
    path: ['user', 'enable'],
    summary: 'let somebody in again; sessions and access tokens that ended stay so',
    options: [usernameOption],
    examples: ['gatehouse user enable -u ada'],
    run: (call) => change(call, { disabled: false }, (name) => `${name} is enabled.`),
  },
  {
    path: ['user', 'delete'],
    summary: 'remove an account and what belongs to it, at once and for good',
    options: [usernameOption],
    examples: ['gatehouse user delete -u ada'],
    run: remove,
  },
  {
    path: ['user', '2fa', 'disable'],
    summary: 'switch two-factor authentication off and end all sessions of the account',
    options: [usernameOption],
    examples: ['gatehouse user 2fa disable -u ada'],
    run: disableTwoFactor,
  },
  {
    path: ['user', 'sessions', 'end'],
    summary: 'end all sessions of an account',
    options: [usernameOption],
    examples: ['gatehouse user sessions end -u ada'],
    run: endSessions,
  },
  {
    path: ['user', 'ip-allowlist', 'clear'],
    summary: 'take the list of allowed addresses away from an account that shut itself out',
    options: [usernameOption],
    examples: ['gatehouse user ip-allowlist clear -u ada'],
    run: clearIpAllowlist,
  },
  {
    path: ['user', 'permission', 'grant'],
    summary: 'give an administrator a permission',
    options: [usernameOption, permissionOption],
    examples: ['gatehouse user permission grant -u ada -p admin.users'],
    run: (call) => permit(call, true),
  },
  {
    path: ['user', 'permission', 'revoke'],
    summary: 'take a permission away',
    options: [usernameOption, permissionOption],
    examples: ['gatehouse user permission revoke -u ada -p admin.users'],
    run: (call) => permit(call, false),
  },
];

const textOf = (value: string | boolean | undefined) =>
  typeof value === 'string' ? value : undefined;

async function change(
  call: CliCall,
  wanted: UserChange,
  told: (username: string) => string,
): Promise<CliAnswer> {
  const { id } = await namedUser(call);
  const user = await call.get(UserChanges).update(call.viewer, id, wanted);
  return { json: user, text: told(user.username) };
}

function updateOf({ options }: CliCall): UserChange {
  const [email, name, role] = ['email', 'displayName', 'role'].map((key) => textOf(options[key]));
  if (email === undefined && name === undefined && role === undefined) {
    refuse('BAD_USER_INPUT', 'Say what to change: --email, --display-name or --role.');
  }
  const upper = role?.toUpperCase();
  if (upper !== undefined && upper !== 'USER' && upper !== 'ADMIN') {
    refuse('BAD_USER_INPUT', 'A role is USER or ADMIN.', { field: 'role' });
  }
  return { email, displayName: name, role: upper };
}

async function setPassword(call: CliCall): Promise<CliAnswer> {
  const { options, viewer, get } = call;
  const given = textOf(options['password']);
  if (given !== undefined && options['generate']) {
    refuse('BAD_USER_INPUT', 'Use either --password or --generate.', { field: 'password' });
  }
  // Before anybody is asked to type: a name that is nobody's is refused at once.
  const { id, username } = await namedUser(call);
  const plain = options['generate']
    ? null
    : (given ?? (await call.readSecret(`One-time password for ${username}: `)));
  const oneTimePassword = await get(UserCredentials).setPassword(viewer, id, plain);
  const lines = [
    ...(oneTimePassword === null ? [] : [`One-time password: ${oneTimePassword}`]),
    `It lets ${username} in once within 72 hours, to choose a new one. All sessions have ended.`,
  ];
  const json = { username, ...(oneTimePassword === null ? {} : { oneTimePassword }) };
  return { json, text: lines.join('\n') };
}

async function disableTwoFactor(call: CliCall): Promise<CliAnswer> {
  const { id } = await namedUser(call);
  const user = await call.get(UserCredentials).disableTwoFactor(call.viewer, id);
  const text = `Two-factor authentication of ${user.username} is off. All its sessions have ended.`;
  return { json: user, text };
}

async function endSessions(call: CliCall): Promise<CliAnswer> {
  const { id } = await namedUser(call);
  const user = await call.get(UserCredentials).endSessions(call.viewer, id);
  return { json: user, text: `All sessions of ${user.username} have ended.` };
}

async function clearIpAllowlist(call: CliCall): Promise<CliAnswer> {
  const { id } = await namedUser(call);
  const user = await call.get(UserCredentials).clearIpAllowlist(call.viewer, id);
  return { json: user, text: `${user.username} can be used from every address.` };
}

async function remove(call: CliCall): Promise<CliAnswer> {
  const { id, username } = await namedUser(call);
  await call.get(UserDeletion).delete(call.viewer, id);
  return { json: { deleted: username }, text: `Deleted ${username}.` };
}

async function permit(call: CliCall, grant: boolean): Promise<CliAnswer> {
  const { id, username, role, permissions: held } = await namedUser(call);
  const name = textOf(call.options['permission']) ?? '';
  if (grant && role !== 'ADMIN') {
    const message = `Only an ADMIN holds permissions: gatehouse user update -u ${username} --role ADMIN`;
    refuse('BAD_USER_INPUT', message, { field: 'permission' });
  }
  const permissions = grant ? [...held, name] : held.filter((each) => each !== name);
  const user = await call.get(UserChanges).update(call.viewer, id, { permissions });
  const list = user.permissions.join(', ') || 'no permission';
  return { json: user, text: `${username} holds ${list}.` };
}
