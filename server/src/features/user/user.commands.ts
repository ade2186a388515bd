import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { newOneTimePassword } from '../../kernel/crypto/suggest-password.js';
import { refuse } from '../../kernel/errors.js';
import { passwordPolicyOf } from '../site/sites.js';
import { Sites } from '../site/sites.js';
import { namedUser, usernameOption } from './named-user.js';
import { textTable } from './text-table.js';
import { UserCreation } from './user-creation.js';
import type { User } from './user-list.js';
import { Users } from './users.js';

/** `gatehouse user …` */
export const userCommands: readonly CliCommand[] = [
  {
    path: ['user', 'create'],
    summary: 'make an account; without a password a link to choose one is mailed',
    options: [
      usernameOption,
      { flags: '-e, --email <mail>', description: 'the e-mail address', required: true },
      { flags: '--display-name <text>', description: 'shown instead of the username' },
      { flags: '--admin', description: 'an administrator with every permission' },
      {
        flags: '-p, --password [password]',
        description:
          'a one-time password; -p alone asks for it or reads a line of standard input, which is safer: other users of this machine can see arguments, and shells remember them',
      },
      { flags: '--generate', description: 'make up a one-time password and print it' },
    ],
    examples: [
      'gatehouse user create -u ada -e ada@example.org',
      'gatehouse user create -u ada -e ada@example.org --admin --generate',
      'gatehouse user create -u ada -e ada@example.org -p < password.txt',
    ],
    run: (call) => create(call, call.get(UserCreation), call.get(Sites)),
  },
  {
    path: ['user', 'list'],
    summary: 'all accounts, by username',
    options: [{ flags: '--search <text>', description: 'in username, e-mail and display name' }],
    examples: ['gatehouse user list', 'gatehouse user list --search example.org --json'],
    run: (call) => list(call, call.get(Users)),
  },
  {
    path: ['user', 'show'],
    summary: 'one account',
    options: [usernameOption],
    examples: ['gatehouse user show -u ada'],
    run: (call) => show(call, call.get(Users)),
  },
];

const textOf = (value: string | boolean | undefined) =>
  typeof value === 'string' ? value : undefined;

async function create(call: CliCall, creation: UserCreation, sites: Sites): Promise<CliAnswer> {
  const { options, viewer } = call;
  if (options['password'] !== undefined && options['generate']) {
    refuse('BAD_USER_INPUT', 'Use either --password or --generate.', { field: 'password' });
  }
  const generated = options['generate']
    ? newOneTimePassword(passwordPolicyOf(await sites.get()))
    : null;
  const password =
    options['password'] === true
      ? await call.readSecret('One-time password: ')
      : (textOf(options['password']) ?? generated);
  const user = await creation.create(viewer, {
    username: textOf(options['username']) ?? '',
    email: textOf(options['email']) ?? '',
    displayName: textOf(options['displayName']),
    role: options['admin'] ? 'ADMIN' : 'USER',
    password,
  });
  const first = `Created ${user.username} <${user.email}>${user.role === 'ADMIN' ? ', an administrator' : ''}.`;
  const next =
    password === null
      ? 'A link to choose a password is on its way there. It works once, within seven days.'
      : 'The password is for one use within 72 hours: a new one must be chosen at the first sign-in.';
  const told = generated === null ? [] : [`One-time password: ${generated}`];
  return {
    json: { user, ...(generated === null ? {} : { oneTimePassword: generated }) },
    text: [first, ...told, next].join('\n'),
  };
}

async function list({ viewer, options }: CliCall, users: Users): Promise<CliAnswer> {
  const filter = { search: textOf(options['search']) };
  const all: User[] = [];
  let after: string | null = null;
  do {
    const page = await users.list(viewer, filter, { first: 100, after, sort: 'USERNAME' });
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const rows = all.map((user) => [
    user.username,
    user.email,
    user.displayName ?? '',
    user.role,
    user.disabled ? 'disabled' : 'active',
    written(user.lastActiveAt),
  ]);
  const head = ['USERNAME', 'E-MAIL', 'NAME', 'ROLE', 'STATE', 'LAST ACTIVE'];
  return { json: all, text: all.length === 0 ? 'No accounts.' : textTable([head, ...rows]) };
}

async function show(call: CliCall, users: Users): Promise<CliAnswer> {
  const { viewer } = call;
  const user = await namedUser(call);
  const [open] = await users.sessionsOf(viewer, [user.id]);
  const sessionCount = open!.length;
  const text = textTable([
    ['Username', user.username],
    ['E-mail', user.email],
    ['Name', user.displayName ?? ''],
    ['Role', user.role],
    ['Permissions', user.permissions.join(', ') || 'none'],
    ['State', user.disabled ? 'disabled' : 'active'],
    ['Two-factor', user.totpEnabled ? 'on' : 'off'],
    ['Sessions', String(sessionCount)],
    ['Last active', written(user.lastActiveAt)],
    ['Created', written(user.createdAt)],
    ['Id', user.id],
  ]);
  return { json: { ...user, sessionCount }, text };
}

/** To the minute, in UTC, since a machine's log is. */
function written(instant: Date | null): string {
  return instant === null ? 'never' : `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
