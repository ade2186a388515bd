import type { ServerResponse } from 'node:http';

/** Nothing an answer of the API holds is ever to be run or framed, whatever its type says. */
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox";

/**
 * SvelteKit writes the policy of its pages, with nonces, over this one. It is what stands for
 * files and for any page that came without: such a page is broken rather than unsafe.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Passkeys are ours; the rest no page here asks for. */
const permissionsPolicy = [
  'camera=()',
  'display-capture=()',
  'geolocation=()',
  'microphone=()',
  'payment=()',
  'usb=()',
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
].join(', ');

/** Two years; without includeSubDomains, since a self-hoster's other hosts are not ours to bind. */
const strictTransport = 'max-age=63072000';

/**
 * What every answer carries (ASVS 5.0 §3.4), set before a route runs so that it can say otherwise:
 * media is served across origins, and pages bring their own policy.
 */
export function setSecurityHeaders(response: ServerResponse, https: boolean): void {
  response.setHeader('Content-Security-Policy', apiPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', permissionsPolicy);
  response.setHeader('Cache-Control', 'no-store');
  // Ignored by browsers over plain http, and on localhost it would bind every other program there.
  if (https) response.setHeader('Strict-Transport-Security', strictTransport);
}

const file = /^\/_app\/|\.(?:css|ico|js|map|png|svg|txt|webmanifest|webp|woff2)$/;

/** For answers of SvelteKit's handler, whose files keep the caching that it gives them. */
export function setPageHeaders(response: ServerResponse, path: string): void {
  response.setHeader('Content-Security-Policy', pagePolicy);
  // Files are revalidated by their ETag; a page holds personal data and stays no-store (ASVS 5.0 §14.3.2).
  if (file.test(path)) response.setHeader('Cache-Control', 'no-cache');
}
