import type { CliCall } from '../../kernel/command.js';

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
