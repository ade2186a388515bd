import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { Accounts } from '../account/accounts.js';
import type { SeverityName } from '../notification/notification-types.js';
import { textTable } from '../../kernel/text/text-table.js';
import { Broadcasts } from './broadcasts.js';
import type { MessageInput } from './broadcasts.js';

const severities: readonly string[] = ['INFO', 'SUCCESS', 'WARNING', 'CRITICAL'];
const roles: readonly string[] = ['USER', 'ADMIN'];

export const broadcastCommands: readonly CliCommand[] = [
  {
    path: ['notify'],
    summary: 'tell some users, everyone, or everyone with a role',
    options: [
      { flags: '-u, --username <names>', description: 'the user, or several: ada,grace' },
      { flags: '--all', description: 'everyone' },
      { flags: '--role <role>', description: 'everyone with the role USER or ADMIN' },
      { flags: '-t, --title <title>', description: 'one line', required: true },
      { flags: '-b, --body <text>', description: 'the text', required: true },
      { flags: '--title-it <title>', description: 'for who reads Italian' },
      { flags: '--body-it <text>', description: 'for who reads Italian' },
      { flags: '--severity <severity>', description: 'INFO, SUCCESS, WARNING or CRITICAL' },
      { flags: '--url <url>', description: 'where the notification leads' },
    ],
    examples: [
      'gatehouse notify --all -t "Maintenance tonight" -b "From 22:00 to 23:00 UTC." --severity WARNING',
      'gatehouse notify -u ada,grace -t "Your new server" -b "It is ready." --url https://status.example.org',
      'gatehouse notify --role ADMIN -t Meeting -b "At ten." --title-it Riunione --body-it "Alle dieci."',
    ],
    run: notify,
  },
  {
    path: ['broadcast', 'list'],
    summary: 'what was said to whom, newest first, and how many have read it',
    examples: ['gatehouse broadcast list', 'gatehouse broadcast list --json'],
    run: list,
  },
];

async function notify(call: CliCall): Promise<CliAnswer> {
  const { viewer, options, get } = call;
  const broadcasts = get(Broadcasts);
  const message = messageOf(call);
  const names = textOf(options, 'username');
  const role = textOf(options, 'role')?.toUpperCase() ?? null;
  if ([names, options['all'], role].filter(Boolean).length !== 1) {
    refuse('BAD_USER_INPUT', 'Give exactly one of -u NAME, --all or --role ROLE.');
  }
  if (names !== undefined) {
    const accounts = await named(call, names);
    const userIds = accounts.map(({ id }) => id);
    const recipients = await broadcasts.notify(viewer, { ...message, userIds });
    return { json: { recipients }, text: toldOf(accounts, recipients) };
  }
  if (role !== null && !roles.includes(role)) {
    refuse('BAD_USER_INPUT', 'A role is USER or ADMIN.', { field: 'role' });
  }
  const sent = await broadcasts.broadcast(viewer, { ...message, role: role as 'USER' | null });
  return { json: { id: sent.id, recipients: sent.recipients }, text: toldOf([], sent.recipients) };
}

function messageOf({ options }: CliCall): MessageInput {
  const severity = textOf(options, 'severity')?.toUpperCase() ?? 'INFO';
  if (!severities.includes(severity)) {
    refuse('BAD_USER_INPUT', `Choose one of ${severities.join(', ')}.`, { field: 'severity' });
  }
  const [title, body] = [textOf(options, 'titleIt'), textOf(options, 'bodyIt')];
  if ((title === undefined) !== (body === undefined)) {
    refuse('BAD_USER_INPUT', 'Give both --title-it and --body-it, or neither.', {
      field: 'translations',
    });
  }
  return {
    title: textOf(options, 'title') ?? '',
    body: textOf(options, 'body') ?? '',
    translations: title !== undefined && body !== undefined ? [{ locale: 'IT', title, body }] : [],
    severity: severity as SeverityName,
    url: textOf(options, 'url') ?? null,
  };
}

interface Named {
  readonly id: string;
  readonly username: string;
}

function named({ get }: CliCall, list: string): Promise<Named[]> {
  const names = list.split(',').map((name) => name.trim());
  return Promise.all(
    names.filter(Boolean).map(async (name) => {
      const account = await get(Accounts).findByUsername(name);
      const message = `There is no account ${name}.`;
      return account ?? refuse('NOT_FOUND', message, { field: 'username' });
    }),
  );
}

function toldOf([first, ...more]: readonly Named[], recipients: number): string {
  if (first && more.length === 0) {
    return `${first.username} ${recipients === 1 ? 'was told.' : 'is disabled, so nobody was told.'}`;
  }
  return `${recipients} ${recipients === 1 ? 'user was' : 'users were'} told.`;
}

async function list({ viewer, get }: CliCall): Promise<CliAnswer> {
  const { nodes } = await get(Broadcasts).list(viewer, { first: 100, direct: true });
  const rows = nodes.map((one) => [
    one.createdAt.toISOString(),
    one.direct ? 'chosen' : 'all',
    `${one.read} of ${one.recipients}`,
    one.severity,
    one.title,
  ]);
  const head = ['SENT', 'TO', 'READ BY', 'SEVERITY', 'TITLE'];
  return { json: nodes, text: rows.length > 0 ? textTable([head, ...rows]) : 'Nothing sent yet.' };
}

const textOf = (options: CliCall['options'], name: string) =>
  typeof options[name] === 'string' ? options[name] : undefined;
