import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address in canonical form (IPv6 as RFC 5952 §4); IPv4-mapped IPv6 is its IPv4 address. */
export interface Address {
  readonly family: 4 | 6;
  readonly text: string;
}

/** A network in canonical form: no bits set after the prefix, single addresses as /32 or /128. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly text: string;
}

/** `other` is all that is special without being any of the rest: multicast, tunnels, reserved. */
export type Reach = 'public' | 'private' | 'loopback' | 'link-local' | 'unspecified' | 'other';

type Parsed = ipaddr.IPv4 | ipaddr.IPv6;

const textOf = (ip: Parsed) => (ip instanceof ipaddr.IPv6 ? ip.toRFC5952String() : ip.toString());

/**
 * Node decides what an address is: ipaddr.js alone also takes `010.1`, `0x7f000001` and other forms
 * that programs disagree about. Zone ids name an interface of one machine and are refused.
 */
function parse(text: string): Parsed | null {
  if (text.length > 45 || text.includes('%')) return null;
  const version = isIP(text);
  if (version === 0) return null;
  // ipaddr.js takes the deprecated `::10.0.0.1` for mapped; in the URL standard's form, all hex,
  // it does not.
  return ipaddr.process(version === 4 ? text : new URL(`http://[${text}]`).hostname.slice(1, -1));
}

/** Null when the text is not exactly one IPv4 or IPv6 address. */
export function parseAddress(text: string): Address | null {
  const ip = parse(text);
  return ip && { family: ip.kind() === 'ipv4' ? 4 : 6, text: textOf(ip) };
}

/** The network of so many leading bits around an address, or null when there are not so many. */
function cidr(ip: Parsed, prefix: number): Cidr | null {
  const family = ip.kind() === 'ipv4' ? 4 : 6;
  if (prefix > (family === 4 ? 32 : 128)) return null;
  const bytes = ip.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff00 >> kept) & 0xff;
  });
  return { family, prefix, text: `${textOf(ipaddr.fromByteArray(bytes))}/${prefix}` };
}

/**
 * `10.0.0.0/8`, `2001:db8::/32` or a single address; null when it is none. Bits after the prefix
 * are cleared. A mapped network counts as IPv4 and must lie within `::ffff:0:0/96`.
 */
export function parseCidr(text: string): Cidr | null {
  const [host = '', bits, ...rest] = text.split('/', 3);
  const ip = parse(host);
  if (!ip || rest.length > 0) return null;
  if (bits === undefined) return cidr(ip, ip.kind() === 'ipv4' ? 32 : 128);
  if (!/^(0|[1-9]\d{0,2})$/.test(bits)) return null;
  const mapped = ip.kind() === 'ipv4' && host.includes(':'); // so its prefix counts from 128 bits
  const prefix = Number(bits) - (mapped ? 96 : 0);
  return prefix < 0 ? null : cidr(ip, prefix);
}

/** IPv4 networks hold no IPv6 addresses and the other way round, whatever the prefix. */
export function cidrContains(network: Cidr, address: Address): boolean {
  if (network.family !== address.family) return false;
  return cidr(ipaddr.parse(address.text), network.prefix)?.text === network.text;
}

/** Whether any of the networks holds the address. */
export function anyContains(networks: readonly Cidr[], address: Address): boolean {
  return networks.some((network) => cidrContains(network, address));
}

/** What stands for "the same place" in rate limits (/24, /64) and new sign-ins (/24, /48). */
export function networkOf(address: Address, prefixes: { v4: number; v6: number }): string {
  const prefix = address.family === 4 ? prefixes.v4 : prefixes.v6;
  const network = cidr(ipaddr.parse(address.text), prefix);
  if (!network) throw new RangeError(`/${prefix} is too long for ${address.text}`);
  return network.text;
}

/**
 * From where an address can be reached (IANA's special-purpose registries, RFC 6890). What embeds
 * an IPv4 address (6to4, Teredo, NAT64) is `other` and never `public`, since it leads to that one.
 */
export function reachOf(address: Address): Reach {
  const range = ipaddr.parse(address.text).range();
  switch (range) {
    case 'unicast':
      // ipaddr.js calls everything unicast that no registry names; only 2000::/3 is assigned
      // (RFC 4291 §2.4), and the deprecated ::a.b.c.d and fec0::/10 lie outside of it.
      return address.family === 4 || cidrContains(globalUnicast, address) ? 'public' : 'other';
    case 'loopback':
      return 'loopback';
    case 'linkLocal':
      return 'link-local';
    case 'unspecified':
      return 'unspecified';
    case 'private':
    case 'uniqueLocal':
    case 'carrierGradeNat':
      return 'private';
    default:
      return 'other';
  }
}

const globalUnicast: Cidr = { family: 6, prefix: 3, text: '2000::/3' };
