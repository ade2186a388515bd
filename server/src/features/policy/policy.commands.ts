import type { CliAnswer, CliCall, CliCommand } from '../../kernel/command.js';
import { Policies } from './policies.js';
import { policyKeys, readSetting } from './policy-rules.js';
import type { PolicyValues } from './policy-rules.js';

/** `gatehouse policy …` */
export const policyCommands: readonly CliCommand[] = [
  {
    path: ['policy', 'show'],
    summary: 'who may register, what passwords must be, how long sessions last',
    examples: ['gatehouse policy show --json'],
    run: async ({ viewer, get }) => answerOf(await get(Policies).get(viewer)),
  },
  {
    path: ['policy', 'set'],
    summary: 'change the policy; in force at once on every server',
    operands: '<settings...>',
    examples: [
      'gatehouse policy set registration=OPEN',
      'gatehouse policy set minLength=14 requireDigit=true',
      'gatehouse policy set requireTwoFactorForAdmins=true sessionDays=2w',
    ],
    run: set,
  },
];

async function set({ viewer, get, operands }: CliCall): Promise<CliAnswer> {
  const change = Object.assign({}, ...operands.map(readSetting)) as object;
  return answerOf(await get(Policies).update(viewer, change));
}

/** In the form that `set` takes, so that what is shown can be given back. */
function answerOf(policy: PolicyValues): CliAnswer {
  return { json: policy, text: policyKeys.map((key) => `${key}=${policy[key]}`).join('\n') };
}
