import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { anyContains, parseAddress, reachOf } from './network.js';
import type { Cidr } from './network.js';

/** Every address of a name. @throws Error when it has none, or nobody could be asked */
export type Resolve = (host: string) => Promise<readonly string[]>;

export type OutboundRefusal = 'scheme' | 'credentials' | 'private' | 'port' | 'plain';

/** The rule says no. The message is for the person who typed the address; the code for one who reads it in another language. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';

  constructor(
    readonly code: OutboundRefusal,
    message: string,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
  }
}

/** What speaks TLS for the web; whatever else listens below 1024 is not asked by strangers. */
const httpsPort = 443;
const firstOpenPort = 1_024;

/**
 * Where people's addresses may lead: to public addresses by https, and to the networks of
 * OUTBOUND_ALLOW also by http. Held against addresses and never against names, since a name says
 * something else at every look-up.
 */
export class OutboundRule {
  constructor(private readonly allow: readonly Cidr[]) {}

  /** What can be told without a look-up. @throws OutboundRefused */
  checkForm(url: URL): void {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new OutboundRefused('scheme', 'The address must start with https://.');
    }
    if (url.username !== '' || url.password !== '') {
      throw new OutboundRefused(
        'credentials',
        'The address must not contain a user name or password.',
      );
    }
    // Whatever is plain http can only lead to a network that the operator named.
    if (url.protocol === 'http:' && this.allow.length === 0) refuseHttp();
    // RFC 6761 §6.3: whatever a name server says of it.
    const isHere = /(^|\.)localhost\.?$/.test(url.hostname);
    const literal = isHere ? '127.0.0.1' : literalOf(url.hostname);
    if (literal !== null) this.checkAddress(url, literal);
  }

  /**
   * The address itself is not told: of a name that only this network knows it would be news.
   * @param text as the system wrote it
   * @throws OutboundRefused
   */
  checkAddress(url: URL, text: string): void {
    // A zone (fe80::1%eth0) is of this machine alone; what cannot be read is not let through.
    const address = parseAddress(text);
    if (address && anyContains(this.allow, address)) return;
    if (!address || reachOf(address) !== 'public') {
      throw new OutboundRefused(
        'private',
        'The address leads to this machine or into a private network, which this site does not allow.',
      );
    }
    if (url.protocol !== 'https:') refuseHttp();
    const port = Number(url.port || httpsPort);
    if (port !== httpsPort && port < firstOpenPort) {
      throw new OutboundRefused(
        'port',
        `The port ${port} is not for webhooks: use 443, or one from 1024 up.`,
        { port },
      );
    }
  }
}

function refuseHttp(): never {
  throw new OutboundRefused(
    'plain',
    'The address must start with https://, so that nobody reads along.',
  );
}

/** The address that a URL's host already is, without brackets; null for a name. */
export function literalOf(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) === 0 ? null : bare;
}

const mostLookups = 2;
let running = 0;
const waiting: (() => void)[] = [];

/**
 * As every program of this machine resolves names, its hosts file too. At most two at once: each
 * holds one of the four threads that also hash passwords, for as long as a slow name server likes.
 */
export const resolveBySystem: Resolve = async (host) => {
  if (running >= mostLookups) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return (await systemLookup(host, { all: true })).map(({ address }) => address);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
};
