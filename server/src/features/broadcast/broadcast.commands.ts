import type { CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { Accounts } from '../account/accounts.js';
import type { SeverityName } from '../notification/notification-types.js';
import { Broadcasts } from './broadcasts.js';

const severities: readonly string[] = ['INFO', 'SUCCESS', 'WARNING', 'CRITICAL'];
const roles: readonly string[] = ['USER', 'ADMIN'];

export const broadcastCommands: readonly CliCommand[] = [
  {
    path: ['notify'],
    summary: 'Tell one user, everyone, or everyone with a role.',
    options: [
      { flags: '-u, --username <name>', description: 'the user' },
      { flags: '--all', description: 'everyone' },
      { flags: '--role <role>', description: 'everyone with the role USER or ADMIN' },
      { flags: '-t, --title <title>', description: 'one line', required: true },
      { flags: '-b, --body <text>', description: 'the text', required: true },
      { flags: '--severity <severity>', description: 'INFO, SUCCESS, WARNING or CRITICAL' },
      { flags: '--url <url>', description: 'where the notification leads' },
    ],
    examples: [
      'gatehouse notify --all -t "Maintenance tonight" -b "From 22:00 to 23:00 UTC." --severity WARNING',
    ],
    async run({ viewer, options, get }) {
      const broadcasts = get(Broadcasts);
      const text = (name: string) =>
        typeof options[name] === 'string' ? options[name] : undefined;
      const severity = text('severity')?.toUpperCase() ?? 'INFO';
      if (!severities.includes(severity)) {
        refuse('BAD_USER_INPUT', `Choose one of ${severities.join(', ')}.`, { field: 'severity' });
      }
      const given = [text('username'), options['all'], text('role')].filter(Boolean);
      if (given.length !== 1) {
        refuse('BAD_USER_INPUT', 'Give exactly one of -u NAME, --all or --role ROLE.');
      }
      const message = {
        title: text('title') ?? '',
        body: text('body') ?? '',
        translations: [],
        severity: severity as SeverityName,
        url: text('url') ?? null,
      };
      const username = text('username');
      if (username !== undefined) {
        const account = await get(Accounts).findByUsername(username);
        if (!account) refuse('NOT_FOUND', 'There is no user of this name.', { field: 'username' });
        const recipients = await broadcasts.notify(viewer, { ...message, userIds: [account.id] });
        const text = recipients === 1 ? 'was told.' : 'is disabled, so nobody was told.';
        return { json: { recipients }, text: `${account.username} ${text}` };
      }
      const role = text('role')?.toUpperCase() ?? null;
      if (role !== null && !roles.includes(role)) {
        refuse('BAD_USER_INPUT', 'A role is USER or ADMIN.', { field: 'role' });
      }
      const sent = await broadcasts.broadcast(viewer, { ...message, role: role as 'USER' | null });
      return {
        json: { id: sent.id, recipients: sent.recipients },
        text: `${sent.recipients} ${sent.recipients === 1 ? 'user was' : 'users were'} told.`,
      };
    },
  },
];
