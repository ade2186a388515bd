import { expect, test } from 'vitest';
import { searchWords } from './search-words.ts';

test.each([
  ['  disk full ', 'disk full'],
  ['a\u0000b\tc\nd', 'a b c d'],
  ['\u202eevil\u202c twin', 'evil twin'],
  ['مرحبا 🎉', 'مرحبا 🎉'],
  ['a\ud800b', 'a\ufffdb'],
  ['x'.repeat(500), 'x'.repeat(200)],
  [`${'x'.repeat(199)}🎉`, `${'x'.repeat(199)}\ufffd`],
])('%j is looked for as %j', (typed, words) => {
  expect(searchWords(typed)).toBe(words);
});
