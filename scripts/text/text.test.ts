import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { buildText } from '../text.js';
import { locales } from './catalogue.js';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

interface Texts {
  en: Record<string, string>;
  it: Record<string, string>;
}

/** A repository with one namespace, `auth`, one page that holds `source`, and nothing else. */
function repository(texts: Texts, source = '', dynamic: string[] = []): string {
  // Inside the checkout, so that compiled messages find their run time.
  const root = mkdtempSync(join(import.meta.dirname, '../../node_modules/.text-test-'));
  folders.push(root);
  for (const locale of locales) {
    write(root, `text/${locale}/auth.json`, JSON.stringify(texts[locale]));
    write(root, `text/${locale}/mail.json`, '{}');
  }
  write(root, 'text/dynamic.json', JSON.stringify(dynamic));
  write(root, 'client/src/page.svelte', source);
  mkdirSync(join(root, 'server/src'), { recursive: true });
  return root;
}

function write(root: string, path: string, content: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function problems(texts: Texts): string[] {
  const { wrong, written } = buildText(repository(texts));
  expect(written).toBe(0);
  return wrong.map(({ locale, key, problem }) => `${locale ?? ''} ${key}: ${problem}`);
}

test.each<[what: string, texts: Texts, problem: RegExp]>([
  ['missing in one language', { en: { a: 'Hi' }, it: {} }, /^it auth\.a: missing/],
  ['without text', { en: { a: ' ' }, it: { a: 'Ciao' } }, /^en auth\.a: empty/],
  [
    'whose placeholders differ',
    { en: { a: 'Hi {name}' }, it: { a: 'Ciao {nome}' } },
    /auth\.a: placeholders differ .*en: \{name\}; it: \{nome\}/,
  ],
  [
    'whose placeholder only one language has, inside a plural',
    {
      en: { a: '{n, plural, one {# by {who}} other {#}}' },
      it: { a: '{n, plural, one {#} other {#}}' },
    },
    /placeholders differ/,
  ],
  ['with a tag', { en: { a: '<b>Hi</b>' }, it: { a: 'Ciao' } }, /^en auth\.a: holds HTML/],
  ['with an entity', { en: { a: 'Hi' }, it: { a: 'C&rsquo;è' } }, /^it auth\.a: holds HTML/],
  [
    'with an unknown formatter',
    { en: { a: '{n, spellout}' }, it: { a: '{n}' } },
    /^en auth\.a: not valid ICU: .*spellout/,
  ],
  ['with an open brace', { en: { a: 'Hi {' }, it: { a: 'Ciao' } }, /^en auth\.a: not valid ICU/],
  [
    'with an unknown plural form',
    { en: { a: '{n, plural, one {#} few {#} other {#}}' }, it: { a: '{n}' } },
    /^en auth\.a: not valid ICU/,
  ],
  [
    'without "other" in Italian',
    { en: { a: '{n, plural, one {#} other {#}}' }, it: { a: '{n, plural, one {#} many {#}}' } },
    /^it auth\.a: not valid ICU: .*other/,
  ],
  [
    'without a singular',
    { en: { a: '{n, plural, one {#} other {#}}' }, it: { a: '{n, plural, other {# cose}}' } },
    /^it auth\.a: .*no "one" case/,
  ],
  [
    'that quotes a placeholder away',
    { en: { a: '{name}' }, it: { a: "l'{name}" } },
    /^it auth\.a: .*quotes it/,
  ],
])('a text %s is refused and nothing is written', (_what, texts, problem) => {
  expect(problems(texts).join('\n')).toMatch(problem);
});

test('a key that nothing uses is found; a used, a quoted-in-test-only and a listed one are told apart', () => {
  const texts = { a: 'A', b: 'B', c: 'C', d: 'D' };
  const root = repository({ en: texts, it: texts }, "<p>{t('auth.a')}</p>", ['auth.c*']);
  write(root, 'client/src/page.test.ts', "t('auth.b')");
  write(root, 'client/src/lib/text/generated/en.entrance.ts', "'auth.d'");
  expect(buildText(root).unused.map(({ key }) => key)).toEqual(['auth.b', 'auth.d']);
});

test('braces meant as text are printed', () => {
  const root = repository({ en: { a: "Write '{name}'" }, it: { a: "Scrivi '{name}'" } });
  expect(buildText(root).wrong).toEqual([]);
  const path = join(root, 'client/src/lib/text/generated/en.entrance.js');
  expect(readFileSync(path, 'utf8')).toContain('"Write {name}"');
});

test('compiled texts speak both languages', async () => {
  const root = repository({
    en: { unread: '{count, plural, =0 {Nothing new} one {# new} other {# new}}' },
    it: { unread: '{count, plural, =0 {Niente di nuovo} one {# nuova} other {# nuove}}' },
  });
  expect(buildText(root).wrong).toEqual([]);
  const said = async (locale: string, count: number): Promise<string> => {
    const path = join(root, `client/src/lib/text/generated/${locale}.entrance.js`);
    const module = (await import(pathToFileURL(path).href)) as {
      default: Record<string, (p: { count: number }) => string>;
    };
    return module.default['auth.unread']?.({ count }) ?? '';
  };
  expect(await said('en', 1)).toBe('1 new');
  expect(await said('it', 0)).toBe('Niente di nuovo');
  expect(await said('it', 1)).toBe('1 nuova');
  expect(await said('it', 1234567)).toBe('1.234.567 nuove');
});

test('a wrong key, a missing and a mistyped placeholder do not compile', () => {
  const texts = { hi: 'Hi {name}', n: '{count, plural, one {#} other {#}}', plain: 'Hi' };
  const root = repository({ en: texts, it: texts });
  buildText(root);
  const use = `import type { Messages } from './client/src/lib/text/generated/messages.js'; declare const en: Messages;
    en['auth.plain'](); en['auth.hi']({ name: 'Ada' }); en['auth.n']({ count: 3 });
    en['auth.plan']();
    en['auth.hi']();
    en['auth.n']({ count: 'three' });`;
  write(root, 'use.ts', use);
  const file = join(root, 'use.ts');
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: [],
  });
  const lines = ts
    .getPreEmitDiagnostics(program)
    .map((one) => one.file?.getLineAndCharacterOfPosition(one.start ?? 0).line);
  expect(lines).toEqual([2, 3, 4]);
});

test('mail stays with the server, and texts of pages with the client', () => {
  const root = repository({ en: { a: 'A' }, it: { a: 'A' } });
  for (const locale of locales) write(root, `text/${locale}/mail.json`, '{ "b": "B" }');
  buildText(root);
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  for (const part of ['entrance', 'account', 'admin']) {
    expect(read(`client/src/lib/text/generated/en.${part}.js`)).not.toContain('mail.b');
  }
  expect(read('server/src/generated/text/en.ts')).not.toContain('auth.a');
  expect(read('server/src/generated/text/messages.ts')).toContain('"mail.b": () => string');
});
