import { expect, test } from 'vitest';
import { isOneOff } from './second-step.svelte.ts';

test.each([
  ['123456', '123457', true],
  ['123 456', '123 457', true],
  ['123456', '123456', true],
  ['123456', '124457', false],
  ['123456', '123 456', false],
  ['12345', '123456', false],
])('a code of %s that becomes %s is being corrected: %s', (before, now, expected) => {
  expect(isOneOff(before, now)).toBe(expected);
});
