import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { textTable } from '../../kernel/text/text-table.js';
import { Users } from '../user/users.js';
import { checkKey, unitOf } from './limit.js';
import { Limits } from './limits.js';
import { parseLimit, writtenLimit } from './size-text.js';

export const limitCommands: readonly CliCommand[] = [
  {
    path: ['user', 'quota'],
    summary: 'what an account may use; without -o shows it',
    options: [
      { flags: '-u, --username <name>', description: 'the username', required: true },
      {
        flags: '-o, --limit <limit>',
        description: '500GB, 1.5TiB, 20, unlimited: a GB is 10⁹ bytes, a GiB 2³⁰',
      },
      {
        flags: '-k, --key <key>',
        description: 'of what: disk (unless told), email_accounts, archives, or another',
      },
    ],
    examples: [
      'gatehouse user quota -u ada -o 500GB',
      'gatehouse user quota -u ada -o unlimited -k email_accounts',
      'gatehouse user quota -u ada --json',
    ],
    run: (call) => quota(call, call.get(Users), call.get(Limits)),
  },
];

async function quota(call: CliCall, users: Users, limits: Limits): Promise<CliAnswer> {
  const { options, viewer } = call;
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const username = text('username') ?? '';
  const user = await users.find(viewer, { username });
  if (!user) refuse('NOT_FOUND', `There is no account ${username}.`, { field: 'username' });
  const key = checkKey(text('key') ?? 'disk');
  const wanted = text('limit');
  if (wanted !== undefined) {
    await limits.set(viewer, user.id, key, parseLimit(wanted, unitOf(key)));
  }
  const [all] = await limits.of([user.id]);
  const shown = wanted === undefined ? all! : all!.filter((limit) => limit.key === key);
  const rows = shown.map((limit) => [
    limit.key,
    writtenLimit(limit.used, limit.unit),
    writtenLimit(limit.limit, limit.unit),
    limit.percent === null ? '' : `${Math.round(limit.percent)} %`,
  ]);
  const head = ['OF WHAT', 'USED', 'LIMIT', ''];
  return {
    json: { username: user.username, limits: shown },
    text: textTable([head, ...rows]),
  };
}
