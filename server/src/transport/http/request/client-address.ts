import type { IncomingMessage } from 'node:http';
import { anyContains, parseAddress } from '../../../kernel/network/network.js';
import type { Address, Cidr } from '../../../kernel/network/network.js';

/**
 * Tells a client's address, the same way for requests and WebSocket upgrades. X-Forwarded-For
 * counts only when the peer is one of our proxies, and of it the right-most address that is not:
 * each proxy appends whom it saw, what stands further left the client wrote itself. The header
 * Forwarded (RFC 7239) is not read at all: a proxy that appends to one may pass the other on.
 * @param trusted TRUSTED_PROXIES
 * @returns canonical text, IPv4-mapped as IPv4; null when an entry cannot be read, so that whoever
 * has a list of addresses must deny.
 */
export function createClientAddress(
  trusted: readonly Cidr[],
): (request: IncomingMessage) => string | null {
  return (request) => {
    const peer = peerAddress(request);
    if (!peer) return null;
    const forwarded = request.headers['x-forwarded-for'];
    if (forwarded === undefined || !anyContains(trusted, peer)) return peer.text;
    // Several headers of this name arrive joined in order, whatever their type says.
    return rightMostUntrusted(String(forwarded).split(','), trusted);
  };
}

/** Tells whether one of our proxies asks. @param trusted TRUSTED_PROXIES */
export function createProxyRule(trusted: readonly Cidr[]): (request: IncomingMessage) => boolean {
  return (request) => {
    const peer = peerAddress(request);
    return peer !== null && anyContains(trusted, peer);
  };
}

function rightMostUntrusted(entries: string[], trusted: readonly Cidr[]): string | null {
  let address: Address | null = null;
  for (const entry of entries.reverse()) {
    address = parseAddress(entry.trim());
    if (!address) return null;
    if (!anyContains(trusted, address)) return address.text;
  }
  // All of them are ours: one of the proxies asks for itself.
  return address?.text ?? null;
}

function peerAddress(request: IncomingMessage): Address | null {
  // The zone of a link-local peer (RFC 4007 §11) names our own interface, not the peer.
  return parseAddress(request.socket.remoteAddress?.replace(/%.*$/, '') ?? '');
}
