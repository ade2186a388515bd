import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const locales = ['en', 'it'] as const;
export type Locale = (typeof locales)[number];

/** Flat dotted keys ("auth.signIn.title") to ICU messages, of one language. */
export type Catalogue = Map<string, string>;

/** What is wrong with a text, in words its writer understands. */
export interface Finding {
  key: string;
  locale?: Locale;
  problem: string;
}

const keySegment = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * Reads `<folder>/<locale>/<namespace>.json`; the file's name is the first segment of its keys.
 * @throws Error when a file is not JSON or holds anything but nested objects of strings
 */
export function readCatalogue(folder: string, locale: Locale): Catalogue {
  const catalogue: Catalogue = new Map();
  const files = readdirSync(join(folder, locale)).filter((name) => name.endsWith('.json'));
  for (const file of files.sort()) {
    const path = join(folder, locale, file);
    try {
      flatten(JSON.parse(readFileSync(path, 'utf8')), basename(file, '.json'), catalogue);
    } catch (error) {
      throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return catalogue;
}

function flatten(node: unknown, key: string, into: Catalogue): void {
  if (typeof node === 'string') {
    into.set(key, node);
    return;
  }
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw new Error(`${key} is neither a text nor an object of texts`);
  }
  for (const [segment, child] of Object.entries(node)) {
    if (!keySegment.test(segment)) throw new Error(`${key}: "${segment}" is not a name for a key`);
    flatten(child, `${key}.${segment}`, into);
  }
}

export function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('.'));
}
