import { draw } from '../../kernel/crypto/token.js';

/** Crockford's base32: no letters that are misread or that spell words. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 bits. */
const letters = 16;
const wellFormed = new RegExp(`^[${alphabet}]{${letters}}$`);

/** A code as it is shown: `xxxx-xxxx-xxxx-xxxx`. */
export function newCode(): string {
  return draw(alphabet, letters).match(/.{4}/g)!.join('-');
}

/**
 * What was typed as it is hashed: without dashes and blanks, in small letters, with what Crockford
 * reads as digits read so (o as 0, i and l as 1). Null when it cannot be a code.
 */
export function readCode(typed: string): string | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toLowerCase()
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  return wellFormed.test(text) ? text : null;
}
