import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { Accounts } from '../account/accounts.js';
import type { Account } from '../account/account.entity.js';
import { textTable } from '../../kernel/text/text-table.js';
import { ApiKeys } from './api-keys.js';
import { Licenses } from './licenses.js';

const username = { flags: '-u, --username <name>', description: 'the username', required: true };

/** `gatehouse license …` */
export const licenseCommands: readonly CliCommand[] = [
  {
    path: ['license', 'issue'],
    summary: 'issue a license to a user, who then makes its keys',
    options: [
      username,
      { flags: '-p, --product <name>', description: 'what it is for', required: true },
    ],
    examples: ['gatehouse license issue -u ada -p "Backup Pro"'],
    async run(call) {
      const account = await named(call);
      const product = textOf(call.options['product']) ?? '';
      const license = await call.get(Licenses).issue(call.viewer, account.id, product);
      const { id, issuedAt } = license;
      return {
        json: { id, username: account.username, product: license.product, active: true, issuedAt },
        text: `${account.username} has a license for ${license.product}: ${id}`,
      };
    },
  },
  {
    path: ['license', 'revoke'],
    summary: 'revoke a license; its keys learn that it is over',
    operands: '<id>',
    examples: ['gatehouse license revoke 0195…'],
    async run({ viewer, operands, get }) {
      const license = await get(Licenses).revoke(viewer, operands[0] ?? '');
      const { id, product } = license;
      return { json: { id, product, active: false }, text: `The license for ${product} is revoked.` };
    },
  },
  {
    path: ['license', 'list'],
    summary: 'the licenses of a user, and how many keys each has',
    options: [username],
    examples: ['gatehouse license list -u ada'],
    run: list,
  },
];

const textOf = (value: string | boolean | undefined) =>
  typeof value === 'string' ? value : undefined;

async function named({ options, get }: CliCall): Promise<Account> {
  const name = textOf(options['username']) ?? '';
  const account = await get(Accounts).findByUsername(name);
  return account ?? refuse('NOT_FOUND', `There is no account ${name}.`, { field: 'username' });
}

async function list(call: CliCall): Promise<CliAnswer> {
  const account = await named(call);
  const licenses = (await call.get(Licenses).of([account.id]))[0]!;
  const keys = await call.get(ApiKeys).of(licenses.map(({ id }) => id));
  const all = licenses.map((license, index) => ({
    id: license.id,
    product: license.product,
    active: license.active(),
    issuedAt: license.issuedAt,
    apiKeys: keys[index]!.map(({ id, label, prefix, createdAt, rotatedAt, lastUsedAt }) => ({
      id,
      label,
      prefix,
      createdAt,
      rotatedAt: rotatedAt ?? null,
      lastUsedAt: lastUsedAt ?? null,
    })),
  }));
  const rows = all.map((license) => [
    license.id,
    license.product,
    license.active ? 'active' : 'revoked',
    license.issuedAt.toISOString().slice(0, 10),
    String(license.apiKeys.length),
  ]);
  const head = ['ID', 'PRODUCT', 'STATE', 'ISSUED', 'KEYS'];
  return { json: all, text: all.length === 0 ? 'No licenses.' : textTable([head, ...rows]) };
}
