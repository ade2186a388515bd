import type { CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { readInstant } from '../../kernel/text/time-input.js';
import { ActivityExport } from './activity-export.js';
import { Verifications } from './verifications.js';
import type { Verification } from './verifications.js';

const head = /^(\d{1,9}):([0-9a-f]{64})$/;

export const auditCommands: readonly CliCommand[] = [
  {
    path: ['audit', 'verify'],
    summary: 'check that nothing that happened was changed since; exit code 1 when something was',
    options: [
      {
        flags: '--head <number:hash>',
        description: 'a batch as it was noted elsewhere, which must still be in the chain',
      },
    ],
    examples: ['gatehouse audit verify', 'gatehouse audit verify --json | jq -r .head.hash'],
    async run({ viewer, get, options }) {
      const verification = await get(Verifications).verify(viewer, headOf(options['head']));
      return { json: verification, text: written(verification), failed: !verification.holds };
    },
  },
  {
    path: ['audit', 'export'],
    summary: 'write what happened as CSV, newest first, or as JSON with --json',
    options: [
      { flags: '-u, --username <name>', description: 'what happened to one user' },
      { flags: '--kind <kind>', description: 'password.changed, or all of password' },
      { flags: '--search <words>', description: 'all of these words occur' },
      { flags: '--from <instant>', description: 'not before: 2026-03-01, 2026-03-01T08:00Z or 7d' },
      { flags: '--to <instant>', description: 'before' },
    ],
    examples: [
      'gatehouse audit export --from 2026-03-01 > march.csv',
      'gatehouse audit export -u ada --kind sign_in --from 7d --json',
    ],
    async run({ viewer, get, options }) {
      const filter = {
        username: textOf(options, 'username'),
        kind: textOf(options, 'kind'),
        search: textOf(options, 'search'),
        from: instantOf(options, 'from'),
        to: instantOf(options, 'to'),
      };
      const form = options['json'] === true ? 'json' : 'csv';
      const stream = await get(ActivityExport).write(viewer, filter, form);
      return { json: null, text: '', stream };
    },
  },
];

function headOf(given: CliCall['options'][string]): { number: number; hash: string } | null {
  if (typeof given !== 'string') return null;
  const [, number, hash] = head.exec(given) ?? [];
  if (number === undefined || hash === undefined) {
    refuse('BAD_USER_INPUT', 'Give a batch as NUMBER:HASH, as it was printed.', { field: 'head' });
  }
  return { number: Number(number), hash };
}

function textOf(options: CliCall['options'], name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

function instantOf(options: CliCall['options'], name: string): Date | null {
  const value = textOf(options, name);
  return value === null ? null : readInstant(value, name, new Date());
}

function written(verification: Verification): string {
  const { batches, entries, emptied, waiting, faults } = verification;
  const lines = [
    verification.holds ? 'The activity is as it was sealed.' : 'The activity was tampered with.',
    `${batches} batches with ${entries} entries; ${emptied} with personal parts emptied; ${waiting} not sealed yet.`,
    ...faults.map(({ batch, activityId, reference, fault }) => {
      const what = activityId === null ? '' : ` ${reference ?? ''} (${activityId})`;
      return `  batch ${batch ?? '-'}${what}: ${fault}`;
    }),
  ];
  const last = verification.head;
  if (last) lines.push(`Head ${last.number}:${last.hash}`, 'Note it elsewhere; --head checks it.');
  return lines.join('\n');
}
