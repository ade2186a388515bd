import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { Countries } from '../country/countries.js';
import { sessionViewOf } from '../session/session.mapper.js';
import { namedUser, usernameOption } from './named-user.js';
import { textTable } from '../../kernel/text/text-table.js';
import { Users } from './users.js';

/** `gatehouse user sessions list` */
export const userSessionCommands: readonly CliCommand[] = [
  {
    path: ['user', 'sessions', 'list'],
    summary: 'where an account is signed in, the latest active first',
    options: [usernameOption],
    examples: ['gatehouse user sessions list -u ada', 'gatehouse user sessions list -u ada --json'],
    run: list,
  },
];

async function list(call: CliCall): Promise<CliAnswer> {
  const { viewer, get } = call;
  const user = await namedUser(call);
  const [open = []] = await get(Users).sessionsOf(viewer, [user.id]);
  const sessions = open.map(({ session, endsAt }) => {
    const { current: _, ...told } = sessionViewOf(session, endsAt, viewer, get(Countries));
    return told;
  });
  const rows = sessions.map((each) => [
    [each.browser, each.os].filter(Boolean).join(' on ') || 'unknown',
    [each.ipAddress, each.country].filter(Boolean).join(' '),
    each.method,
    written(each.createdAt),
    written(each.lastActiveAt),
    written(each.expiresAt),
  ]);
  const head = ['BROWSER', 'ADDRESS', 'METHOD', 'SIGNED IN', 'LAST ACTIVE', 'ENDS'];
  const text =
    rows.length > 0 ? textTable([head, ...rows]) : `${user.username} is nowhere signed in.`;
  return { json: sessions, text };
}

const written = (instant: Date) => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
