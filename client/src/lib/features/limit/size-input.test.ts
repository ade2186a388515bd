import { expect, test } from 'vitest';
import { amountIn, typedAmount } from './size-input.ts';

test.each([
  ['500 GB', 500_000_000_000],
  ['500gb', 500_000_000_000],
  ['500G', 500_000_000_000],
  [' 1.5 TiB ', 1_649_267_441_664],
  ['1,5 TB', 1_500_000_000_000],
  ['0', 0],
  ['12 B', 12],
  ['9 PB', 9_000_000_000_000_000],
])('%j is %d bytes', (written, bytes) => expect(amountIn(written, 'BYTES')).toBe(bytes));

test.each(['', 'much', '-1', '5 XB', '1.2.3 GB', '100 PB', '1e9', 'GB', '5 GB more'])(
  '%j is no size',
  (written) => expect(amountIn(written, 'BYTES')).toBeUndefined(),
);

test('a count is whole, and has no unit', () => {
  expect(amountIn('20', 'COUNT')).toBe(20);
  expect(amountIn('2.5', 'COUNT')).toBeUndefined();
  expect(amountIn('20 GB', 'COUNT')).toBeUndefined();
});

test.each([500_000_000_000, 1_649_267_441_664, 1_500, 999, 0, 1, 1_234_567_890_123])(
  '%d bytes are written so that they are read as the same',
  (bytes) => {
    expect(amountIn(typedAmount(bytes, 'BYTES'), 'BYTES')).toBe(bytes);
    expect(amountIn(typedAmount(bytes, 'BYTES', ','), 'BYTES')).toBe(bytes);
  },
);

test('in the largest unit that keeps every byte', () => {
  expect(typedAmount(500_000_000_000, 'BYTES')).toBe('500 GB');
  expect(typedAmount(1_500_000_000_000, 'BYTES', ',')).toBe('1,5 TB');
  expect(typedAmount(1_649_267_441_664, 'BYTES', ',')).toBe('1,5 TiB');
  expect(typedAmount(1_234_567_890_123, 'BYTES')).toBe('1234567890123 B');
  expect(typedAmount(20, 'COUNT')).toBe('20');
});
