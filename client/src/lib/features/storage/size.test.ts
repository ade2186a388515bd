import { expect, test } from 'vitest';
import { percentText, sharesOf, sizeText } from './size.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [37_200_000_000, '37.2 GB'],
  [2e18, '2,000 PB'],
])('%d bytes are read as %s', (bytes, shown) =>
  expect(sizeText('en', bytes).replace('\u00a0', ' ')).toBe(shown),
);

test('Italians read a comma', () => expect(sizeText('it', 1_500)).toBe('1,5\u00a0kB'));

test.each([
  [74.4, '74 %'],
  [99.9, '99 %'],
  [100, '100 %'],
  [106.2, '106 %'],
])('%d percent are read as %s', (percent, shown) =>
  expect(percentText('en', percent).replace('\u00a0', ' ')).toBe(shown),
);

test('of many folders the largest are told, the others together', () => {
  const parts = Array.from({ length: 8 }, (_, index) => ({ name: `f${index}`, usedBytes: 10 }));
  const shares = sharesOf(parts, 80);
  expect(shares.map(({ name }) => name)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', '…']);
  expect(shares.at(-1)).toMatchObject({ usedBytes: 30, share: 30 / 80 });
});
