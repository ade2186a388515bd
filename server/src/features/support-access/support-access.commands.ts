import type { CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { readDuration } from '../../kernel/text/time-input.js';
import { SupportAccesses } from './support-accesses.js';
import type { SupportStatus } from './support-accesses.js';

function written({ active, expiresAt, enabledBy, sshUser, problem }: SupportStatus): string {
  const state = active
    ? `Open until ${expiresAt!.toISOString()} for ${sshUser}, opened by ${enabledBy}.`
    : 'Closed.';
  return problem ? `${state} ${problemText[problem]}` : state;
}

const problemText: Record<NonNullable<SupportStatus['problem']>, string> = {
  NOT_CONFIGURED:
    'Not set up: SUPPORT_AUTHORIZED_KEYS, SUPPORT_PUBLIC_KEY and SUPPORT_SSH_USER are needed.',
  OLD_OPENSSH: 'OpenSSH 9.1 or newer is needed on this machine.',
  NO_SUCH_USER: 'SUPPORT_SSH_USER is no user of this machine.',
  FOLDER_MISSING: 'The folder of SUPPORT_AUTHORIZED_KEYS does not exist.',
  UNSAFE_FILE: 'SUPPORT_AUTHORIZED_KEYS, or its folder, is a link, or others may write to it.',
  NOT_WRITABLE: 'SUPPORT_AUTHORIZED_KEYS cannot be read or written.',
  SESSIONS_STAY_OPEN: 'Logins of before could not be ended: end them by hand.',
};

const answer = (status: SupportStatus) => ({ json: status, text: written(status) });

export const supportAccessCommands: readonly CliCommand[] = [
  {
    path: ['support', 'enable'],
    summary: 'let the support team in by SSH for some hours',
    options: [
      { flags: '--hours <time>', description: '1 to 72 hours: 4, 24h, 3d; 24 unless told' },
    ],
    examples: ['gatehouse support enable --hours 4', 'gatehouse support enable --hours 3d'],
    async run({ viewer, options, get }) {
      const given = typeof options['hours'] === 'string' ? options['hours'] : '24';
      const hours = readDuration(given, 'hours', 'h') / 3_600;
      if (!Number.isInteger(hours)) {
        refuse('BAD_USER_INPUT', 'Give a whole number of hours.', { field: 'hours' });
      }
      return answer(await get(SupportAccesses).enable(viewer, hours));
    },
  },
  {
    path: ['support', 'disable'],
    summary: 'close support access and end its logins',
    examples: ['gatehouse support disable'],
    run: async ({ viewer, get }) => answer(await get(SupportAccesses).disable(viewer)),
  },
  {
    path: ['support', 'status'],
    summary: 'whether support access is open, and until when',
    examples: ['gatehouse support status --json'],
    run: async ({ viewer, get }) => answer(await get(SupportAccesses).status(viewer)),
  },
];
