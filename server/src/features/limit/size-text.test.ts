import { describe, expect, test } from 'vitest';
import { parseLimit, writtenLimit } from './size-text.js';

describe('a size as people write it', () => {
  test.each([
    ['500GB', 500e9],
    ['500 gb', 500e9],
    ['500G', 500e9],
    ['1.5TiB', 1.5 * 2 ** 40],
    ['1,5 TiB', 1.5 * 2 ** 40],
    ['20 MiB', 20 * 2 ** 20],
    ['1048576', 1_048_576],
    ['12B', 12],
    ['0', 0],
    ['unlimited', -1],
    ['UNLIMITED', -1],
    ['-1', -1],
    ['0.1GB', 1e8],
  ])('%j is %d', (text, bytes) => expect(parseLimit(text, 'BYTES')).toBe(bytes));

  test.each(['', 'GB', '-5GB', '1e9', '5 parsecs', '9999999PB', '1.2.3GB', '0x10', '1 000GB'])(
    '%j is none',
    (text) => expect(() => parseLimit(text, 'BYTES')).toThrow(/limit|whole number/),
  );
});

describe('a number', () => {
  test.each([
    ['20', 20],
    ['unlimited', -1],
  ])('%j is %d', (text, count) => expect(parseLimit(text, 'COUNT')).toBe(count));

  test.each(['20GB', '1.5', '-2'])('%j is none', (text) =>
    expect(() => parseLimit(text, 'COUNT')).toThrow(),
  );
});

test('sizes are shown in the unit a person would take', () => {
  const shown = [500e9, 1_500, 0, -1].map((bytes) => writtenLimit(bytes, 'BYTES'));
  expect(shown).toEqual(['500 GB', '1.5 kB', '0 B', 'unlimited']);
});
