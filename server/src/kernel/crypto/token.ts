import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** 256 bits in base64url, 43 characters: for cookies, links, challenges and tickets. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a secret: SHA-256 in base64url, 43 characters. Only for secrets of 112 bits and
 * more (ASVS 5.0 §6.5.2), which nobody can try out; passwords and short codes need argon2.
 */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Takes as long for every pair of texts, whatever their lengths. */
export function safeEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 40;
const checkLength = 6;

export interface PrefixedToken {
  /** Shown once. 40 random base62 characters are 238 bits. */
  secret: string;
  /** What lists show so that people can tell their tokens apart: the prefix and 4 characters. */
  display: string;
}

/**
 * `<prefix>_`, 40 characters of base62 and 6 of checksum, the form GitHub made known: scanners find
 * leaked ones, and a mistyped one is told without asking the database.
 * @param prefix 2 to 10 lower-case letters and digits
 */
export function newPrefixedToken(prefix: string): PrefixedToken {
  if (!/^[a-z][a-z0-9]{1,9}$/.test(prefix)) throw new RangeError(`${prefix} is no token prefix`);
  const random = draw(base62, randomLength);
  const body = `${prefix}_${random}`;
  return { secret: body + checksum(body), display: `${prefix}_${random.slice(0, 4)}…` };
}

/** Whether a text has the form and checksum of a token with this prefix; not whether it is good. */
export function isWellFormedToken(text: string, prefix: string): boolean {
  const body = text.slice(0, -checkLength);
  return (
    text.length === prefix.length + 1 + randomLength + checkLength &&
    body.startsWith(`${prefix}_`) &&
    /^[0-9A-Za-z]+$/.test(body.slice(prefix.length + 1)) &&
    text.slice(-checkLength) === checksum(body)
  );
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < checkLength; place += 1) {
    text = base62[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Every character equally likely: `randomInt` draws again rather than favour some (no modulo). */
export function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]!).join('');
}
