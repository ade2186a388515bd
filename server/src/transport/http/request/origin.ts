import type { IncomingMessage } from 'node:http';
import { BadRequest } from '../answer.js';

/**
 * Which pages may speak with a person's cookie. Cookies travel by themselves, so a request that
 * has one must show that one of our pages sent it (OWASP CSRF: Fetch Metadata with Origin as the
 * fallback). The server has dropped the cookie of a request with an Authorization header before
 * this looks, so such a request needs no Origin.
 */
export class OriginRule {
  readonly #origins: ReadonlySet<string>;

  /** @param allowed further origins, as in ALLOWED_ORIGINS. */
  constructor(publicUrl: string, allowed: readonly string[]) {
    this.#origins = new Set([publicUrl, ...allowed].map((text) => new URL(text).origin));
    // What opaque origins serialise to: every sandboxed frame and data: URL would share it.
    if (this.#origins.has('null')) throw new TypeError('An allowed origin must be http or https.');
  }

  /** Exact match of the serialised origin (RFC 6454 §6.2); absent and `null` never match. */
  allows(origin: string | undefined): origin is string {
    return origin !== undefined && this.#origins.has(origin);
  }

  /**
   * For every method that may change something.
   * @throws BadRequest 403
   */
  checkUnsafe(request: IncomingMessage): void {
    const { headers } = request;
    if (!carriesCookie(request) || headers['sec-fetch-site'] === 'same-origin') return;
    if (!this.allows(headers.origin)) refuseOrigin();
  }

  /**
   * For WebSocket upgrades, which browsers send across sites without asking (RFC 6455 §10.2):
   * here only the Origin itself counts.
   * @throws BadRequest 403
   */
  checkUpgrade(request: IncomingMessage): void {
    if (carriesCookie(request) && !this.allows(request.headers.origin)) refuseOrigin();
  }
}

/** Any cookie counts, not the session's alone: there may be others that a browser was given. */
function carriesCookie({ headers }: IncomingMessage): boolean {
  return headers.cookie !== undefined;
}

function refuseOrigin(): never {
  throw new BadRequest(403, 'This origin may not make requests with a cookie.');
}
