import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { parseLocale } from '../../kernel/text/text-input.js';
import { permissionsIn, permissionsOption } from '../permission/permissions-option.js';
import { Invites } from './invites.js';
import type { Invite } from './invites.js';

/** `gatehouse invite …` */
export const inviteCommands: readonly CliCommand[] = [
  {
    path: ['invite', 'create'],
    summary: 'mail somebody a link to make an account, good for seven days',
    options: [
      { flags: '-e, --email <mail>', description: 'the e-mail address', required: true },
      { flags: '--admin', description: 'to become an administrator with every permission' },
      permissionsOption,
      { flags: '--locale <locale>', description: 'language of the mail: en or it' },
    ],
    examples: [
      'gatehouse invite create -e ada@example.org --locale it',
      'gatehouse invite create -e ada@example.org --admin --permissions admin.audit',
    ],
    run: (call) => create(call, call.get(Invites)),
  },
  {
    path: ['invite', 'list'],
    summary: 'invites that can still be used, newest first',
    examples: ['gatehouse invite list --json'],
    run: (call) => list(call, call.get(Invites)),
  },
  {
    path: ['invite', 'revoke'],
    summary: 'end an invite before it is used',
    operands: '<id>',
    examples: ['gatehouse invite revoke 01890a5d-ac96-774b-bcce-b302099a8057'],
    run: async ({ viewer, get, operands }) => {
      await get(Invites).revoke(viewer, operands[0] ?? '');
      return { json: { revoked: operands[0] }, text: 'The invite is revoked.' };
    },
  },
];

async function create(call: CliCall, invites: Invites): Promise<CliAnswer> {
  const { viewer, options } = call;
  const { email, locale, admin } = options;
  const invite = await invites.create(viewer, {
    email: typeof email === 'string' ? email : '',
    role: admin ? 'ADMIN' : 'USER',
    permissions: permissionsIn(call) ?? [],
    locale: typeof locale === 'string' ? parseLocale(locale) : null,
  });
  const as = invite.role === 'ADMIN' ? ' as an administrator' : '';
  const text = `Invited ${invite.email}${as}. The link is on its way there. It works once, within seven days.`;
  return { json: { invite }, text };
}

async function list({ viewer }: CliCall, invites: Invites): Promise<CliAnswer> {
  const all: Invite[] = [];
  let after: string | null = null;
  do {
    const page = await invites.list(viewer, { first: 100, after });
    all.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  const lines = all.map(({ id, email, role, expiresAt }) =>
    [id, role.padEnd(5), `until ${expiresAt.toISOString().slice(0, 10)}`, email].join('  '),
  );
  return { json: all, text: lines.join('\n') || 'No invites.' };
}
