import { refuse } from '../errors.js';
import type { Locale } from '../access/viewer.js';

export interface TextRule {
  /** The input field, by its name in the API. */
  field: string;
  /** Code points at least, after trimming; at 1 or more something of it must be visible. */
  min?: number;
  /** Code points at most, after trimming and NFC. */
  max: number;
  /** Line breaks and tabs may stand in it; line breaks become `\n`. */
  multiline?: boolean;
}

const line = /\p{Cc}|[\u2028\u2029]/u;
const paragraphs = /(?![\n\t])\p{Cc}|[\u2028\u2029]/u;

// Embeddings, overrides and isolates reorder what stands around a text and so make it say something
// else (CVE-2021-42574). Right-to-left names need none of them; the marks U+200E, U+200F and U+061C
// turn nothing but themselves and stay.
const reordering = /[\u202a-\u202e\u2066-\u2069]/u;

// Letters by name that no font draws stand apart: Hangul fillers and the blank Braille pattern.
const visible = /(?![\u115f\u1160\u3164\uffa0\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/**
 * What a person typed, trimmed and in NFC, so that equal looks are equal bytes.
 * @throws BAD_USER_INPUT with the field: unpaired surrogates and NUL (PostgreSQL stores neither),
 * control and reordering characters, too short, too long.
 */
export function cleanText(value: string, rule: TextRule): string {
  const { field, min = 0, max } = rule;
  // Too long even if it were all surrogate pairs, loose accents and blanks: not worth the work.
  if (value.length > max * 8 + 1_000) tooLong(field, max);
  if (!value.isWellFormed()) refuse('BAD_USER_INPUT', 'This is not valid Unicode text.', { field });
  const broken = rule.multiline ? value.replace(/\r\n?/g, '\n') : value;
  const text = broken.normalize('NFC').trim();
  if ((rule.multiline ? paragraphs : line).test(text)) {
    const what = rule.multiline ? 'control characters' : 'line breaks or control characters';
    refuse('BAD_USER_INPUT', `This must not contain ${what}.`, { field });
  }
  if (reordering.test(text)) {
    const message = 'This must not contain characters that change the direction of the text.';
    refuse('BAD_USER_INPUT', message, { field });
  }
  const length = codePoints(text);
  if (length > max) tooLong(field, max, length);
  if (min > 0 && !visible.test(text)) {
    refuse('BAD_USER_INPUT', 'This must not be empty.', { field });
  }
  if (length < min) {
    const message = `This is too short: at least ${min} characters, this has ${length}.`;
    refuse('BAD_USER_INPUT', message, { field });
  }
  return text;
}

/** How many characters a text has as people and limits count them, not as UTF-16 does. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function tooLong(field: string, max: number, length?: number): never {
  const found = length === undefined ? '' : `, this has ${length}`;
  refuse('BAD_USER_INPUT', `This is too long: at most ${max} characters${found}.`, { field });
}

/**
 * 3–32 of `a-z 0-9 - _`, starting with a letter. Capitals are refused and not folded, because the
 * name is for ever and people should see the one they will have.
 * @throws BAD_USER_INPUT
 */
export function parseUsername(text: string, field = 'username'): string {
  if (/^[a-z][a-z0-9_-]{2,31}$/.test(text)) return text;
  const lower = text.length <= 32 ? text.trim().toLowerCase() : '';
  const hint = /^[a-z][a-z0-9_-]{2,31}$/.test(lower) ? ` How about “${lower}”?` : '';
  const rule = 'A username has 3 to 32 characters of a–z, 0–9, - and _, and starts with a letter.';
  refuse('BAD_USER_INPUT', rule + hint, { field });
}

export interface UrlRule {
  field: string;
  /** With their colon, as `https:`. */
  protocols: readonly string[];
  /** UTF-16 units; 2048 unless told. */
  max?: number;
}

/**
 * An absolute URL in the URL standard's normal form, without a user name or password in it.
 * @throws BAD_USER_INPUT
 */
export function parseUrl(text: string, { field, protocols, max = 2_048 }: UrlRule): URL {
  if (text.length > max) tooLong(field, max);
  // The parser itself drops line breaks and tabs from the middle, so "java\nscript:" is one word.
  const clean = cleanText(text, { field, min: 1, max });
  const url = /\s/u.test(clean) ? null : URL.parse(clean);
  if (!url || !protocols.includes(url.protocol)) {
    const starts = protocols.map((protocol) => `${protocol}//`).join(' or ');
    refuse('BAD_USER_INPUT', `This must be a complete address that starts with ${starts}.`, {
      field,
    });
  }
  if (url.username !== '' || url.password !== '') {
    refuse('BAD_USER_INPUT', 'The address must not contain a user name or password.', { field });
  }
  return url;
}

/**
 * A zone of the IANA database by name, as `Europe/Rome`, spelled as the runtime spells it. Fixed
 * offsets are refused: they would be wrong after the next change of the clocks.
 * @throws BAD_USER_INPUT
 */
export function parseTimeZone(text: string, field = 'timeZone'): string {
  if (text.length <= 64 && /^[a-z]/i.test(text)) {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  refuse('BAD_USER_INPUT', 'This must be the name of a time zone, like Europe/Rome.', { field });
}

/**
 * `EN` or `IT`, also from a language tag such as `it-CH` (RFC 5646).
 * @throws BAD_USER_INPUT
 */
export function parseLocale(text: string, field = 'locale'): Locale {
  const language = /^(en|it)(?:[-_][a-z0-9_-]{1,32})?$/i.exec(text)?.[1]?.toUpperCase();
  if (language === 'EN' || language === 'IT') return language;
  refuse('BAD_USER_INPUT', 'The language must be EN or IT.', { field });
}
