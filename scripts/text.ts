/**
 * Compiles the catalogues in text/ into the modules of pages and server.
 *
 *   tsx scripts/text.ts           compile; unused keys are mentioned
 *   tsx scripts/text.ts --check   compile; unused keys are errors
 *   tsx scripts/text.ts --pseudo  English with accents, to see what was not translated
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locales, namespaceOf, readCatalogue } from './text/catalogue.js';
import type { Catalogue, Finding, Locale } from './text/catalogue.js';
import { textFindings, unusedKeys } from './text/findings.js';
import * as modules from './text/modules.js';

const clientFolder = 'client/src/lib/text/generated';
const serverFolder = 'server/src/generated/text';
const serverOnly = new Set(['alert', 'mail', 'notification', 'delivery']);
/** What pages before sign-in say; they load no more. All else is the part `account` or `admin`. */
const entrance = new RegExp(
  [
    '^(?:auth\\.(?!confirm)',
    'common\\.(?!connection|sectionTitle|newVersion|mainNavigation|administration|account)',
    'entrance\\.',
    'errors\\.',
    'security\\.password\\.(?!change|title|never|none)',
    'settings\\.(?:theme(?!Hint)|language$))',
  ].join('|'),
);
/** What administrators' pages say, but for the names by which others lead there. */
const admin =
  /^(?:admin\.(?!\w+\.title$)|policy\.(?!title$)|rule\.(?!title$)|user\.(?!invites\.title$))/;
const parts = {
  entrance: (key: string) => entrance.test(key),
  account: (key: string) => !entrance.test(key) && !admin.test(key),
  admin: (key: string) => admin.test(key),
};
const sentByServer = new Set([...serverOnly, 'errors', 'common']);

/** Writes nothing as long as a text is wrong, so that a half-edited catalogue never breaks who runs on the last good one. */
export function buildText(root: string, options: { pseudo?: boolean } = {}) {
  const catalogues: Record<Locale, Catalogue> = {
    en: readCatalogue(join(root, 'text'), 'en'),
    it: readCatalogue(join(root, 'text'), 'it'),
  };
  const wrong = textFindings(catalogues);
  const unused = unusedIn(root, catalogues.en.keys());
  if (wrong.length > 0) return { wrong, unused, written: 0 };

  if (options.pseudo) {
    for (const [key, message] of catalogues.en) catalogues.en.set(key, modules.pseudo(message));
  }
  const onClient = select(catalogues, (namespace) => !serverOnly.has(namespace));
  const onServer = select(catalogues, (namespace) => sentByServer.has(namespace));
  write(join(root, clientFolder, 'messages.d.ts'), modules.messagesInterface(onClient));
  write(join(root, serverFolder, 'messages.ts'), modules.messagesInterface(onServer));
  for (const locale of locales) {
    for (const [part, belongs] of Object.entries(parts)) {
      const texts = new Map([...onClient[locale]].filter(([key]) => belongs(key)));
      const path = join(root, clientFolder, `${locale}.${part}`);
      write(`${path}.js`, modules.javascriptModule(texts, locale));
      write(`${path}.d.ts`, modules.declarationModule);
    }
    const server = modules.typescriptModule(onServer[locale], locale);
    write(join(root, serverFolder, `${locale}.ts`), server);
  }
  return { wrong, unused, written: catalogues.en.size };
}

function unusedIn(root: string, keys: Iterable<string>): Finding[] {
  const sources = ['client/src', 'server/src'].map((name) => join(root, name)).filter(existsSync);
  const listed: unknown = JSON.parse(readFileSync(join(root, 'text/dynamic.json'), 'utf8'));
  if (!Array.isArray(listed)) throw new Error('text/dynamic.json is not a list');
  return unusedKeys(keys, sources, listed.map(String));
}

function select(catalogues: Record<Locale, Catalogue>, keep: (namespace: string) => boolean) {
  const part = (all: Catalogue) => new Map([...all].filter(([key]) => keep(namespaceOf(key))));
  return { en: part(catalogues.en), it: part(catalogues.it) };
}

/** Leaves an unchanged file alone: watchers would otherwise rebuild for nothing. */
function write(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return;
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

function line({ locale, key, problem }: Finding): string {
  return `${locale ? `${locale}/` : ''}${key}: ${problem}`;
}

function main(flags: readonly string[]): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { wrong, unused, written } = buildText(root, { pseudo: flags.includes('--pseudo') });
  const strict = flags.includes('--check');
  if (wrong.length > 0) console.error(wrong.map(line).join('\n'));
  if (unused.length > 0 && strict) console.error(unused.map(line).join('\n'));
  if (wrong.length > 0 || (unused.length > 0 && strict)) {
    process.exitCode = 1;
    return;
  }
  console.log(`${String(written)} texts in ${String(locales.length)} languages.`);
  if (unused.length > 0)
    console.log(`${String(unused.length)} used nowhere yet (--check lists them).`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
