import { describe, expect, test } from 'vitest';
import { contains, networkOf } from './network.ts';

describe('what is typed', () => {
  test.each([
    ['203.0.113.99/24', '203.0.113.0/24'],
    [' 203.0.113.7 ', '203.0.113.7/32'],
    ['2001:DB8:0:0::1', '2001:db8::1/128'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::ffff:198.51.100.7', '198.51.100.7/32'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(networkOf(typed)?.text).toBe(kept);
  });

  test.each([
    '',
    'example.org',
    '203.0.113.0/33',
    '010.0.0.1',
    '1.2.3',
    'fe80::1%eth0',
    '::/129',
    '1.2.3.4/',
    '::ffff:0:0/90',
    '1.2.3.4/8/8',
  ])('%j is no network', (typed) => {
    expect(networkOf(typed)).toBeNull();
  });
});

test('a network holds its own addresses and smaller networks, and none of the other kind', () => {
  const office = networkOf('203.0.113.0/24')!;
  expect(contains(office, networkOf('203.0.113.255')!)).toBe(true);
  expect(contains(office, networkOf('203.0.113.128/25')!)).toBe(true);
  expect(contains(office, networkOf('203.0.112.0/23')!)).toBe(false);
  expect(contains(networkOf('::/0')!, office)).toBe(false);
  expect(office.size).toBe(256n);
});
