import { cleanText } from '../../kernel/text/text-input.js';

const longestCode = 64;

/** A code of any kind as it was typed. @throws BAD_USER_INPUT with the field for what no code can be */
export function typedCode(text: string, field: string): string {
  return cleanText(text, { field, max: longestCode });
}
