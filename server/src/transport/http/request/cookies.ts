/** What the cookie's name and Secure follow from. */
export interface CookieSite {
  /** Origin of the site, for example `https://account.example`. */
  readonly publicUrl: string;
}

const isHttps = (site: CookieSite) => site.publicUrl.startsWith('https:');

/**
 * `__Host-` makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2), so that
 * no sibling host can plant one; plain http cannot have it, and must not share the name.
 */
export function sessionCookieName(site: CookieSite): string {
  return isHttps(site) ? '__Host-gatehouse' : 'gatehouse';
}

/**
 * The value of one cookie. A name that comes twice counts as absent: one of the two was planted,
 * and nothing says which.
 * @param header the Cookie header, as Node joins several with `; `
 */
export function readCookie(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  let found: string | null = null;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue;
    if (found !== null) return null;
    found = pair.slice(equals + 1).trim();
  }
  return found === '' ? null : found;
}

/**
 * @param maxAge seconds; null leaves Max-Age out (`remember: false`), and the browser forgets it when it closes.
 * @returns a Set-Cookie value.
 */
export function sessionCookie(site: CookieSite, secret: string, maxAge: number | null): string {
  // Anything else could end the value and begin an attribute.
  if (!/^[\w.~-]+$/.test(secret)) throw new TypeError('A session secret must be URL-safe text.');
  return build(site, secret, maxAge);
}

/** @returns a Set-Cookie value that removes the session cookie. */
export function clearedCookie(site: CookieSite): string {
  return build(site, '', 0);
}

/** Binds what was begun in a browser to it; says nothing about who is there. */
export function browserCookieName(site: CookieSite): string {
  return `${sessionCookieName(site)}-browser`;
}

/** @returns a Set-Cookie value that lasts as long as the browser stays open. */
export function browserCookie(site: CookieSite, secret: string): string {
  return build(site, secret, null, browserCookieName(site));
}

function build(
  site: CookieSite,
  value: string,
  maxAge: number | null,
  name = sessionCookieName(site),
): string {
  const parts = [`${name}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (isHttps(site)) parts.push('Secure');
  if (maxAge !== null) parts.push(`Max-Age=${Math.floor(maxAge)}`);
  return parts.join('; ');
}
