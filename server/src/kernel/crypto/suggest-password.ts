import { draw } from './token.js';

/** The part of the site's password policy that a random password has to meet. */
export interface CompositionPolicy {
  minLength: number;
  requireUppercase?: boolean;
  requireLowercase?: boolean;
  requireDigit?: boolean;
  requireSymbol?: boolean;
}

// Without what looks alike in print or by hand: 0 O o, 1 l I i, 2 Z z, 5 S s, 8 B, small u and v, and
// without symbols that shells, forms and people take for something else.
const lower = 'abcdefghjkmnpqrtwxy';
const upper = 'ACDEFGHJKLMNPQRTUVWXY';
const digits = '34679';
const symbols = '+=@%';

/**
 * A random password for a password manager: 20 characters at least (over 108 bits), no look-alikes,
 * with a capital, a small letter and a digit, and a symbol where the policy asks for one.
 */
export function suggestPassword(policy: CompositionPolicy): string {
  const classes = [lower, upper, digits, ...(policy.requireSymbol ? [symbols] : [])];
  return drawWithAll(classes, Math.max(20, policy.minLength));
}

/**
 * A password that is read out or copied from paper once: groups of five small letters and digits
 * (with capitals only where the policy asks for them), 90 bits and more.
 */
export function newOneTimePassword(policy: CompositionPolicy): string {
  const classes = [lower, digits, ...(policy.requireUppercase ? [upper] : [])];
  const letters = Math.ceil(Math.max(20, policy.minLength) / 5) * 5;
  return drawWithAll(classes, letters).match(/.{5}/g)!.join('-');
}

/**
 * Drawn again as a whole until every class is in it: each password that has them all stays equally
 * likely, which would not be so if a character of each were put in by hand.
 */
function drawWithAll(classes: readonly string[], length: number): string {
  const alphabet = classes.join('');
  for (;;) {
    const password = draw(alphabet, length);
    const hasAll = classes.every((each) => [...password].some((letter) => each.includes(letter)));
    if (hasAll) return password;
  }
}
