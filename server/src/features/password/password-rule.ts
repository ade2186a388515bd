import { createRequire } from 'node:module';
import type * as Language from '@zxcvbn-ts/language-common';

export interface PasswordPolicy {
  readonly minLength: number;
  readonly maxLength: number;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly requireDigit: boolean;
  readonly requireSymbol: boolean;
  readonly refuseCommon: boolean;
}

export type PasswordIssue =
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'NO_UPPERCASE'
  | 'NO_LOWERCASE'
  | 'NO_DIGIT'
  | 'NO_SYMBOL'
  | 'COMMON'
  | 'CONTEXTUAL';

/** Words that a guesser tries first: shorter ones say nothing, more than this around them does. */
const shortestWord = 4;
const fewBeyondWord = 6;

let common: Set<string> | null = null;
/** About 49,000 passwords from leaks; read and unpacked at the first use. */
const commonPasswords = () => (common ??= new Set(readDictionary()['passwords-common']));

function readDictionary() {
  const require = createRequire(import.meta.url);
  const language = require('@zxcvbn-ts/language-common') as typeof Language;
  return language.dictionary;
}

/** What is wrong with a password under this policy; empty when nothing is. Lengths in code points. */
export function issuesOf(
  password: string,
  policy: PasswordPolicy,
  context: readonly string[],
): PasswordIssue[] {
  const length = [...password].length;
  const issues: PasswordIssue[] = [];
  if (length < policy.minLength) issues.push('TOO_SHORT');
  if (length > policy.maxLength) issues.push('TOO_LONG');
  if (policy.requireUppercase && !/\p{Lu}/u.test(password)) issues.push('NO_UPPERCASE');
  if (policy.requireLowercase && !/\p{Ll}/u.test(password)) issues.push('NO_LOWERCASE');
  if (policy.requireDigit && !/\p{Nd}/u.test(password)) issues.push('NO_DIGIT');
  if (policy.requireSymbol && !/[^\p{L}\p{N}\s]/u.test(password)) issues.push('NO_SYMBOL');
  if (!policy.refuseCommon || length > policy.maxLength) return issues;
  if (isCommon(password)) issues.push('COMMON');
  if (isContextual(password, context)) issues.push('CONTEXTUAL');
  return issues;
}

/** Itself, with digits and symbols around it, one character or a short piece repeated. */
function isCommon(password: string): boolean {
  const text = password.toLowerCase();
  const bare = text.replace(/^[\d\W_]+|[\d\W_]+$/gu, '');
  const piece = /^(.{1,8}?)\1+$/u.exec(text)?.[1];
  const tried = [text, piece].concat(bare.length >= text.length - 4 ? [bare] : []);
  if (piece !== undefined && [...piece].length <= 2) return true;
  return tried.some((candidate) => candidate !== undefined && commonPasswords().has(candidate));
}

/** Built from a word of the person's or the site's, with little besides. */
function isContextual(password: string, context: readonly string[]): boolean {
  const text = password.toLowerCase();
  return context
    .flatMap((phrase) => phrase.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= shortestWord && text.includes(word))
    .some((word) => text.replaceAll(word, '').length < fewBeyondWord);
}
