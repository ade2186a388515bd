import { describe, expect, it } from 'vitest';
import {
  anyContains,
  cidrContains,
  networkOf,
  parseAddress,
  parseCidr,
  reachOf,
} from './network.js';
import type { Address, Cidr } from './network.js';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
}

function network(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no network`);
  return parsed;
}

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', 4],
    ['2001:DB8:0:0::1', '2001:db8::1', 6],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 6],
    ['::ffff:192.0.2.7', '192.0.2.7', 4],
    ['::FFFF:C000:0207', '192.0.2.7', 4],
    ['::192.0.2.7', '::c000:207', 6],
    ['::', '::', 6],
  ])('%s is written %s', (text, canonical, family) => {
    expect(parseAddress(text)).toEqual({ family, text: canonical });
  });

  it.each([
    '',
    ' 192.0.2.7',
    '192.0.2.7 ',
    '192.0.2',
    '192.0.2.256',
    '010.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    'fe80::1%eth0',
    '::1%',
    '[::1]',
    '1.2.3.4:80',
    'unknown',
    '_hidden',
    '1.2.3.4\0',
    '\ud800',
    '::ffff:999.1.1.1',
    '1'.repeat(1_000_000),
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('a network', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['192.0.2.129/25', '192.0.2.128/25'],
    ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(parseCidr(text)?.text).toBe(canonical);
  });

  it.each([
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8/',
    '10.0.0.0/ 8',
    '10.0.0.0/1e1',
    '/8',
    '::ffff:10.0.0.0/95',
    'fe80::1%1/64',
    '10.0.0.0/255.0.0.0',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeNull();
  });

  it('holds its first and last address and neither neighbour', () => {
    const office = network('192.0.2.64/26');
    expect(cidrContains(office, address('192.0.2.64'))).toBe(true);
    expect(cidrContains(office, address('192.0.2.127'))).toBe(true);
    expect(cidrContains(office, address('192.0.2.63'))).toBe(false);
    expect(cidrContains(office, address('192.0.2.128'))).toBe(false);
  });

  it('takes a mapped address for the IPv4 address it is', () => {
    expect(cidrContains(network('10.0.0.0/8'), address('::ffff:10.9.9.9'))).toBe(true);
    expect(cidrContains(network('::/0'), address('::ffff:10.9.9.9'))).toBe(false);
    expect(cidrContains(network('0.0.0.0/0'), address('::1'))).toBe(false);
  });

  it('is looked for in a list', () => {
    const list = [network('10.0.0.0/8'), network('2001:db8::/32')];
    expect(anyContains(list, address('2001:db8:5::1'))).toBe(true);
    expect(anyContains(list, address('11.0.0.1'))).toBe(false);
    expect(anyContains([], address('10.0.0.1'))).toBe(false);
  });
});

it('the same place is a /24 or a /64', () => {
  const prefixes = { v4: 24, v6: 64 };
  expect(networkOf(address('192.0.2.7'), prefixes)).toBe('192.0.2.0/24');
  expect(networkOf(address('::ffff:192.0.2.8'), prefixes)).toBe('192.0.2.0/24');
  expect(networkOf(address('2001:db8:1:2:3:4:5:6'), prefixes)).toBe('2001:db8:1:2::/64');
  expect(networkOf(address('2001:db8:1:2:3:4:5:6'), { v4: 24, v6: 48 })).toBe('2001:db8:1::/48');
});

it.each([
  ['8.8.8.8', 'public'],
  ['2a00:1450::1', 'public'],
  ['10.0.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['fd00::1', 'private'],
  ['::ffff:10.0.0.1', 'private'],
  ['127.8.9.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['169.254.169.254', 'link-local'],
  ['fe80::1', 'link-local'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['224.0.0.1', 'other'],
  ['255.255.255.255', 'other'],
  ['ff02::1', 'other'],
  ['240.0.0.1', 'other'],
  ['64:ff9b::7f00:1', 'other'],
  ['2002:7f00:1::1', 'other'],
  ['2001:0:1::1', 'other'],
  ['::127.0.0.1', 'other'],
  ['fec0::1', 'other'],
  ['64:ff9b:1::a00:1', 'other'],
] as const)('%s is reached as %s', (text, reach) => {
  expect(reachOf(address(text))).toBe(reach);
});
