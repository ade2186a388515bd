import { IncomingMessage } from 'node:http';
import type { Log } from '../../../kernel/log/log.js';
import { BadRequest } from '../answer.js';

/** A request as routes and socket code see it, after the server has prepared it. */
export class Incoming extends IncomingMessage {
  /** UUIDv7, also in the answer's X-Request-Id; a client's own is never taken. */
  declare id: string;
  declare log: Log;
  /** The raw path: origin form, without the query, still percent-encoded. */
  path = '/';
  /** Canonical text of the client's address; null when it cannot be told, which rules must deny. */
  address: string | null = null;
  /** For pages only: the GraphQL door without a network round trip. */
  graphql?: (request: Request) => Promise<Response>;
  /** For pages only: where beside their own origin a sign-in may lead back to. */
  allowedOrigins?: readonly string[];
}

const maxUrlLength = 8 * 1024;

/**
 * Brings any request target to one form (RFC 9112 §3.2) so that every route, the pages and the log
 * see the same path. The host of an absolute-form target is dropped: PUBLIC_URL is the only base.
 * What two parsers could read differently (`//host`, `\`, dot segments, encoded or not) is refused.
 * @returns the origin form with its query.
 * @throws BadRequest 414 over 8 KiB, 400 when it is not one clear path.
 */
export function readTarget(target: string): string {
  if (target.length > maxUrlLength) throw new BadRequest(414, 'The address is too long.');
  let url = target.replace(/^https?:\/\/[^/?#]*/i, '');
  if (url !== target && !url.startsWith('/')) url = `/${url}`;
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(url) || /[\\#]/.test(url)) return unclear();
  const path = pathOf(url);
  if (!path.includes('%') && !path.includes('/.')) return url;
  const decoded = decode(path);
  if (/[\0-\x1f\x7f]/.test(decoded)) return unclear();
  if (decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')) {
    return unclear();
  }
  return url;
}

export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** Takes a header away from both views Node keeps, so that nothing later finds it in the other. */
export function dropHeaders(request: IncomingMessage, unwanted: (name: string) => boolean): void {
  for (const name of Object.keys(request.headers)) {
    if (unwanted(name)) delete request.headers[name];
  }
  const raw = request.rawHeaders;
  for (let index = raw.length - 2; index >= 0; index -= 2) {
    if (unwanted(raw[index]!.toLowerCase())) raw.splice(index, 2);
  }
}

/**
 * Of a repeated header Node keeps the first, a proxy in front perhaps the last: whoever decides by
 * one of these must not be shown another.
 * @throws BadRequest 400 on a second Host (RFC 9112 §3.2), Authorization, Content-Type or Origin.
 */
export function refuseDuplicates(request: IncomingMessage): void {
  const seen = new Set<string>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]!.toLowerCase();
    if (!single.has(name)) continue;
    if (seen.has(name)) throw new BadRequest(400, `The header ${name} was sent twice.`);
    seen.add(name);
  }
}

const single = new Set(['host', 'authorization', 'content-type', 'origin']);

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return unclear();
  }
}

function unclear(): never {
  throw new BadRequest(400, 'The address is not a valid path.');
}
