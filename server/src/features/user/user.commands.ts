import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { newOneTimePassword } from '../../kernel/crypto/suggest-password.js';
import { refuse } from '../../kernel/errors.js';
import { writtenSize } from '../../kernel/text/size-text.js';
import { passwordPolicyOf } from '../site/sites.js';
import { Sites } from '../site/sites.js';
import { permissionsIn, permissionsOption } from '../permission/permissions-option.js';
import { namedUser, usernameOption } from './named-user.js';
import { textTable } from '../../kernel/text/text-table.js';
import { UserCreation } from './user-creation.js';
import type { User, UserFilter, UserSort } from './user-list.js';
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
      permissionsOption,
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
      'gatehouse user create -u ada -e ada@example.org --admin --permissions admin.audit,admin.users',
      'gatehouse user create -u ada -e ada@example.org -p < password.txt',
    ],
    run: (call) => create(call, call.get(UserCreation), call.get(Sites)),
  },
  {
    path: ['user', 'list'],
    summary: 'all accounts, by username unless told',
    options: [
      { flags: '--search <text>', description: 'in username, e-mail and display name' },
      { flags: '--role <role>', description: 'only USER or ADMIN' },
      { flags: '--disabled', description: 'only who is disabled' },
      { flags: '--active', description: 'only who is not' },
      { flags: '--sort <order>', description: 'username, created, active or disk' },
    ],
    examples: [
      'gatehouse user list',
      'gatehouse user list --search example.org --json',
      'gatehouse user list --role ADMIN --active --sort active',
    ],
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
    permissions: permissionsIn(call),
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
  const filter = filterOf(options);
  const sort = sortOf(textOf(options['sort']) ?? 'username');
  const all: User[] = [];
  let after: string | null = null;
  do {
    const page = await users.list(viewer, filter, { first: 100, after, sort });
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const rows = all.map((user) => [
    user.username,
    user.email,
    user.displayName ?? '',
    user.role,
    user.disabled ? 'disabled' : 'active',
    writtenSize(user.diskUsed),
    written(user.lastActiveAt),
  ]);
  const head = ['USERNAME', 'E-MAIL', 'NAME', 'ROLE', 'STATE', 'DISK', 'LAST ACTIVE'];
  return { json: all, text: all.length === 0 ? 'No accounts.' : textTable([head, ...rows]) };
}

function filterOf(options: CliCall['options']): UserFilter {
  const role = textOf(options['role'])?.toUpperCase();
  if (role !== undefined && role !== 'USER' && role !== 'ADMIN') {
    refuse('BAD_USER_INPUT', 'A role is USER or ADMIN.', { field: 'role' });
  }
  if (options['disabled'] && options['active']) {
    refuse('BAD_USER_INPUT', 'Use either --disabled or --active.', { field: 'disabled' });
  }
  const disabled = options['disabled'] ? true : options['active'] ? false : null;
  return { search: textOf(options['search']), role, disabled };
}

const orders: Readonly<Record<string, UserSort>> = {
  username: 'USERNAME',
  created: 'CREATED_AT',
  active: 'LAST_ACTIVE_AT',
  disk: 'DISK_USED',
};

function sortOf(name: string): UserSort {
  const order = Object.hasOwn(orders, name) ? orders[name] : undefined;
  if (order) return order;
  return refuse('BAD_USER_INPUT', `Sort by ${Object.keys(orders).join(', ')}.`, { field: 'sort' });
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
    ['Passkeys', String(user.passkeyCount)],
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
