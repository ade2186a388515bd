import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import type { MessageKey } from '../../text/text.svelte.ts';

export const strengths = [
  'security.password.strengthVeryWeak',
  'security.password.strengthWeak',
  'security.password.strengthFair',
  'security.password.strengthGood',
  'security.password.strengthStrong',
] as const satisfies MessageKey[];

const repeated = 'security.password.whyRepeated';
const keyboard = 'security.password.whyKeyboard';
const common = 'security.password.whyCommon';
const date = 'security.password.whyDate';
const warnings = {
  straightRow: keyboard,
  keyPattern: keyboard,
  simpleRepeat: repeated,
  extendedRepeat: repeated,
  sequences: 'security.password.whySequence',
  recentYears: date,
  dates: date,
  topTen: common,
  topHundred: common,
  common,
  similarToCommon: 'security.password.whySimilar',
  userInputs: 'security.password.whyPersonal',
} as const satisfies Record<string, MessageKey>;
const suggestions = {
  l33t: 'security.password.adviceSubstitutes',
  reverseWords: 'security.password.adviceReversed',
  capitalization: 'security.password.adviceCapitals',
  allUppercase: 'security.password.adviceCapitals',
  anotherWord: 'security.password.adviceWords',
  useWords: 'security.password.adviceWords',
} as const satisfies Record<string, MessageKey>;

export interface Strength {
  /** 0 to 4. */
  score: number;
  words: (typeof strengths)[number];
  /** Why it is no stronger, and what would help. */
  reasons: MessageKey[];
}

let checker: ZxcvbnFactory | undefined;

/**
 * How long somebody who knows how people choose would guess. Advice only: what is refused the server decides.
 * @param about what a guesser would try first: the name, the address
 */
export function strengthOf(password: string, about: readonly string[]): Strength {
  checker ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const { score: guessed, feedback } = checker.check(password, about.filter(Boolean));
  const { warning, suggestions: advice } = feedback;
  // The server refuses what is built around a name, however long it is.
  const isPersonal = about.some((word) => contains(password, word.split('@')[0] ?? ''));
  const score = isPersonal ? Math.min(guessed, 1) : guessed;
  const found = warning === null ? undefined : warnings[warning as keyof typeof warnings];
  const why = isPersonal ? warnings.userInputs : found;
  const help = advice.map((key) => suggestions[key as keyof typeof suggestions]).find(Boolean);
  return {
    score,
    words: strengths[score] ?? strengths[0],
    reasons: [why, help].filter((key) => key !== undefined),
  };
}

function contains(password: string, word: string): boolean {
  return word.length >= 4 && password.toLowerCase().includes(word.toLowerCase());
}
