import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';

export interface Email {
  /** As its owner writes it: case of the part before the @ kept, the domain in its own script. */
  readonly display: string;
  /** Never more than one account for each. Also a deliverable address in its own right. */
  readonly canonical: string;
}

// RFC 5322 §3.2.3 dot-atom, and RFC 6531 §3.3 for what is not ASCII. Quoted local parts are legal,
// nobody has one, and mail libraries have sent them to the wrong host (GHSA-mm7p-fcc7-pg87).
const atom = /^[\p{L}\p{M}\p{N}\p{S}!#$%&'*+\-/=?^_`{|}~]+$/u;
const asciiSymbols = /[<>]/;
const domainCharacters = /^[\p{L}\p{M}\p{N}.。\u200c\u200d-]+$/u;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An e-mail address a person typed, or null. The canonical form is trimmed, NFKC, with the domain
 * in ASCII (IDNA, UTS 46) and all in lower case.
 *
 * RFC 5321 §2.4 leaves the case of the local part to the receiving host and advises hosts not to
 * tell it apart; practically none does, while phones capitalise the first letter. Told apart, one
 * mailbox could have two accounts, and "forgot password" with another capital would stay silent.
 * `toLowerCase` and not a round by upper case: that one merges ı with i and ſ with s, by which
 * accounts were taken over (CVE-2019-19844). Still: find by `canonical`, and send to the address
 * that is stored, never to what was typed just now.
 *
 * Look-alikes of other scripts (а for a) stay different addresses, as they are to the mail system.
 */
export function parseEmail(text: string): Email | null {
  if (text.length > 1_000 || !text.isWellFormed()) return null;
  const normal = text.trim().normalize('NFKC');
  const at = normal.indexOf('@');
  if (at < 1 || at !== normal.lastIndexOf('@')) return null;
  const local = normal.slice(0, at);
  const domain = asciiDomain(normal.slice(at + 1));
  if (domain === null || !local.split('.').every((part) => atom.test(part))) return null;
  if (asciiSymbols.test(local)) return null;
  const canonical = `${local.toLowerCase()}@${domain}`;
  // Octets, RFC 5321 §4.5.3.1.1 and the 256 of §4.5.3.1.3 less the angle brackets.
  if (Buffer.byteLength(local) > 64 || Buffer.byteLength(canonical) > 254) return null;
  return { display: `${local}@${domainToUnicode(domain)}`, canonical };
}

/**
 * Node's function serves URLs: it also decodes %41, cuts at a slash and turns 127.1 into an
 * address, so what goes in and what comes out are both checked.
 */
function asciiDomain(text: string): string | null {
  if (!domainCharacters.test(text)) return null;
  const domain = domainToASCII(text);
  const labels = domain.split('.');
  if (domain.length > 253 || isIP(domain) !== 0 || !labels.every((each) => label.test(each))) {
    return null;
  }
  // A label that claims to be Punycode and is not.
  if (/(^|\.)xn--/.test(domainToUnicode(domain))) return null;
  // "ann@gmail" is a slip of the finger; only this machine has a name without a dot.
  return labels.length > 1 || domain === 'localhost' ? domain : null;
}
