import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { Accounts } from '../account/accounts.js';
import { IpAllowlists } from './ip-allowlists.js';

/** `gatehouse user ip-allowlist …` */
export const addressRuleCommands: readonly CliCommand[] = [
  {
    path: ['user', 'ip-allowlist', 'clear'],
    summary: 'take the list of allowed addresses away from an account that shut itself out',
    options: [{ flags: '-u, --username <name>', description: 'the username', required: true }],
    examples: ['gatehouse user ip-allowlist clear -u ada'],
    run: clear,
  },
];

async function clear({ viewer, get, options }: CliCall): Promise<CliAnswer> {
  const name = String(options['username'] ?? '');
  const account = await get(Accounts).findByUsername(name);
  if (!account) refuse('NOT_FOUND', `There is no account ${name}.`, { field: 'username' });
  const { id, username } = account;
  const cleared = await get(IpAllowlists).clear(viewer, id);
  const text = cleared
    ? `The list of ${username} is gone: the account can be used from every address.`
    : `${username} has no list of addresses.`;
  return { json: { id, username, cleared }, text };
}
