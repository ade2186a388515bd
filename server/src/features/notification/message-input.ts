import { refuse } from '../../kernel/errors.js';
import { cleanText, parseUrl } from '../../kernel/text/text-input.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { Text } from './notification-types.js';

const mostTitle = 200;
const mostBody = 4_000;

interface Written {
  readonly title: string;
  readonly body?: string | null;
  readonly translations?: readonly { locale: Locale; title: string; body: string }[];
}

/**
 * The text of a message in the languages it was written in. The plain title and body are the
 * English ones unless a translation says otherwise.
 * @throws BAD_USER_INPUT field `title`, `body` or `translations`
 */
export function textsOf(input: Written): Partial<Record<Locale, Text>> {
  const texts: Partial<Record<Locale, Text>> = { EN: textOf(input) };
  const seen = new Set<Locale>();
  for (const translation of input.translations ?? []) {
    if (seen.has(translation.locale)) {
      refuse('BAD_USER_INPUT', `There are two translations for ${translation.locale}.`, {
        field: 'translations',
      });
    }
    seen.add(translation.locale);
    texts[translation.locale] = textOf(translation);
  }
  return texts;
}

function textOf(input: { title: string; body?: string | null }): Text {
  return {
    title: cleanText(input.title, { field: 'title', min: 1, max: mostTitle }),
    body: cleanText(input.body ?? '', { field: 'body', max: mostBody, multiline: true }),
  };
}

/** Stands for this site, which may be reached under several names. */
const here = 'http://here.invalid';

/** A safe link, or a path on this site such as `/limits`. @throws BAD_USER_INPUT field `url` */
export function linkOf(url: string | null | undefined): string | null {
  if (url === null || url === undefined || url === '') return null;
  const rule = { field: 'url', protocols: ['https:', 'http:'] };
  if (!url.startsWith('/')) return parseUrl(url, rule).href;
  // `//host`, `/\\host` and `/<tab>/host` all lead away; what browsers make of them decides.
  const path = parseUrl(`${here}${url}`, rule);
  const isAway = URL.parse(url, here)?.origin !== here;
  if (isAway || path.origin !== here) {
    refuse('BAD_USER_INPUT', 'This path leads to another site. Give its whole address.', {
      field: 'url',
    });
  }
  return path.pathname + path.search + path.hash;
}
