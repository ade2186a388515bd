import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locales } from './catalogue.js';
import type { Catalogue, Finding, Locale } from './catalogue.js';
import { placeholdersOf } from './placeholders.js';
import type { Placeholders } from './placeholders.js';

const markup = /<\/?[a-z!][^>]*>|&(?:[a-z]+|#\w+);/i;
// ICU takes an apostrophe before a brace for a quotation mark: "l'{name}" would print the braces.
const quotedBrace = /\p{L}'[{}]/u;

/** Everything wrong with the texts themselves; an empty list means they can be compiled. */
export function textFindings(catalogues: Record<Locale, Catalogue>): Finding[] {
  const findings: Finding[] = [];
  const keys = new Set(locales.flatMap((locale) => [...catalogues[locale].keys()]));
  for (const key of keys) {
    const shapes = new Map<Locale, Placeholders>();
    for (const locale of locales) {
      const message = catalogues[locale].get(key);
      if (message === undefined) {
        findings.push({ key, locale, problem: 'missing in this language' });
        continue;
      }
      const problem = problemOf(message);
      if (problem) findings.push({ key, locale, problem });
      try {
        shapes.set(locale, placeholdersOf(message, locale));
      } catch (error) {
        const why = error instanceof Error ? error.message.trim() : String(error);
        findings.push({ key, locale, problem: `not valid ICU: ${why}` });
      }
    }
    const mismatch = mismatchOf(shapes);
    if (mismatch) findings.push({ key, problem: mismatch });
  }
  return findings;
}

function problemOf(message: string): string | undefined {
  if (message.trim() === '') return 'empty';
  if (markup.test(message)) return 'holds HTML; texts are plain, markup belongs to the page';
  if (quotedBrace.test(message)) return 'an apostrophe before a brace quotes it; write ’ instead';
  return undefined;
}

function mismatchOf(shapes: Map<Locale, Placeholders>): string | undefined {
  const names = new Set([...shapes.values()].map((shape) => [...shape.keys()].sort().join(', ')));
  if (names.size < 2) return undefined;
  const each = [...shapes].map(([locale, shape]) => `${locale}: {${[...shape.keys()].join(', ')}}`);
  return `placeholders differ between languages (${each.join('; ')})`;
}

const quotedKey = /(['"`])([A-Za-z][\w-]*(?:\.[\w-]+)+)\1/g;
const source = /\.(?:ts|svelte)$/;
const notAUse = /\.(?:test|stories)\.(?:ts|svelte)$/;

/** Keys that stand as a quoted string in no source below `folders`, and match no prefix of `dynamic` ("errors.*"). */
export function unusedKeys(
  keys: Iterable<string>,
  folders: readonly string[],
  dynamic: readonly string[],
): Finding[] {
  const used = new Set<string>();
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const inGenerated = name.split(/[\\/]/).includes('generated');
      if (inGenerated || !source.test(name) || notAUse.test(name)) continue;
      for (const match of readFileSync(join(folder, name), 'utf8').matchAll(quotedKey)) {
        if (match[2]) used.add(match[2]);
      }
    }
  }
  const prefixes = dynamic.map((pattern) => pattern.replace(/\*$/, ''));
  return [...keys]
    .filter((key) => !used.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))
    .map((key) => ({
      key,
      problem: 'used nowhere; remove it, or list its prefix in dynamic.json',
    }));
}
