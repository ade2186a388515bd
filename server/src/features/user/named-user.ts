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

/** Whom `-u` means. @throws NOT_FOUND field `username` */
export async function namedUser({ viewer, options, get }: CliCall): Promise<User> {
  const name = typeof options['username'] === 'string' ? options['username'] : '';
  const user = await get(Users).find(viewer, { username: name });
  return user ?? refuse('NOT_FOUND', `There is no account ${name}.`, { field: 'username' });
}
