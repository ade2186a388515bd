import type { CliCall } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';

export const permissionsOption = {
  flags: '--permissions <list>',
  description: 'of --admin only these, such as admin.users,admin.audit',
};

/** Those given with `--permissions`; null: all of them, where somebody is to be an administrator. */
export function permissionsIn({ options }: CliCall): string[] | null {
  const given = options['permissions'];
  if (typeof given !== 'string') return null;
  const names = given.split(',').map((name) => name.trim());
  const permissions = names.filter(Boolean);
  // What a script's empty variable leaves: an empty list can mean all of them.
  if (permissions.length === 0) {
    refuse('BAD_USER_INPUT', 'Name at least one permission, or leave the option out.', {
      field: 'permissions',
    });
  }
  return permissions;
}
