import type { CliCall } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import type { User } from './user-list.js';
import { Users } from './users.js';

/** `-u NAME`, as every command about somebody has it. */
export const usernameOption = {
  flags: '-u, --username <name>',
  description: 'the username',
  required: true,
};

export const permissionsOption = {
  flags: '--permissions <list>',
  description: 'of --admin only these, such as admin.users,admin.audit',
};

/** Those given with `--permissions`; null: all of them, where somebody is to be an administrator. */
export function permissionsIn({ options }: CliCall): string[] | null {
  const given = options['permissions'];
  if (typeof given !== 'string') return null;
  return given
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

/** Whom `-u` means. @throws NOT_FOUND field `username` */
export async function namedUser({ viewer, options, get }: CliCall): Promise<User> {
  const name = typeof options['username'] === 'string' ? options['username'] : '';
  const user = await get(Users).find(viewer, { username: name });
  return user ?? refuse('NOT_FOUND', `There is no account ${name}.`, { field: 'username' });
}
