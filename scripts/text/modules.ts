import { createRequire } from 'node:module';
import type { Catalogue, Locale } from './catalogue.js';
import { locales } from './catalogue.js';
import { placeholdersOf } from './placeholders.js';

// The package is CommonJS, but its types describe an ES module: an import of it would not type-check.
const require = createRequire(import.meta.url);
const MessageFormat = require('@messageformat/core') as new (locale: string) => object;
const compileModule = require('@messageformat/core/compile-module') as (
  format: object,
  messages: Record<string, string>,
) => string;

const banner = '// Made by scripts/text.ts from text/. Do not edit.\n';

/** The interface that makes a wrong key or a missing parameter a compile error. */
export function messagesInterface(catalogues: Record<Locale, Catalogue>): string {
  const lines: string[] = [];
  for (const [key] of catalogues.en) {
    const types = new Map<string, string>();
    for (const locale of locales) {
      for (const [name, type] of placeholdersOf(catalogues[locale].get(key) ?? '', locale)) {
        if (!types.has(name) || type !== 'string | number') types.set(name, type);
      }
    }
    const fields = [...types].map(([name, type]) => `${JSON.stringify(name)}: ${type}`);
    const parameter = fields.length > 0 ? `p: { ${fields.join('; ')} }` : '';
    lines.push(`  ${JSON.stringify(key)}: (${parameter}) => string;`);
  }
  return `${banner}export type Locale = ${locales.map((locale) => `'${locale}'`).join(' | ')};

export interface Messages {
${lines.join('\n')}
}

export type MessageKey = keyof Messages;

/** The arguments after the key: none, or one object of placeholders. */
export type MessageParameters<K extends MessageKey> = Parameters<Messages[K]>;
`;
}

/** One language as plain JavaScript: a default export of functions by flat key. */
export function javascriptModule(catalogue: Catalogue, locale: Locale): string {
  const format = new MessageFormat(locale);
  return banner + compileModule(format, Object.fromEntries(catalogue)) + ';\n';
}

/** The same as TypeScript, for a package that is built with tsc. */
export function typescriptModule(catalogue: Catalogue, locale: Locale): string {
  const [head, body] = javascriptModule(catalogue, locale).split('\nexport default ');
  return `// @ts-nocheck: the compiled functions are plain JavaScript.
${head ?? ''}
import type { Messages } from './messages.js';

const messages: Messages = ${body ?? ''}
export default messages;
`;
}

export const declarationModule = `${banner}import type { Messages } from './messages.js';

declare const messages: Partial<Messages>;
export default messages;
`;

const accents: Record<string, string> = { a: 'å', e: 'é', i: 'ï', o: 'ö', u: 'ü', A: 'Å', E: 'É' };

/** Text that is visibly translated, and longer: what stays plain on a page never went through the catalogue. */
export function pseudo(message: string): string {
  let depth = 0;
  const shown = [...message].map((char) => {
    depth += char === '{' ? 1 : char === '}' ? -1 : 0;
    return depth === 0 ? (accents[char] ?? char) : char;
  });
  return `⟦${shown.join('')} ~~~⟧`;
}
