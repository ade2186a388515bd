/** What embedders paste compiles against the library as it is, and nothing that it exports is left out. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const { compile } = createRequire(`${root}/client/package.json`)('svelte/compiler') as {
  compile(source: string, options: object): { warnings: { message: string }[] };
};

const page = read('docs/embedding.md');
const index = read('client/src/lib/index.ts');
const theme = read('client/src/lib/theme/theme.css');
const exported = new Set(
  [...index.matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim().replace(/^default as /, '')),
  ),
);
const samples = (language: string) =>
  [...page.matchAll(new RegExp(`\\n\`\`\`${language}\\n([^]*?)\\n\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );

describe('docs/embedding.md', () => {
  test.each(samples('svelte').map((code) => [code]))('has a sample that compiles: %s', (code) => {
    expect(compile(code, { runes: true, generate: 'client' }).warnings).toEqual([]);
  });

  test('imports only what the library exports', () => {
    const imported = [...samples('svelte'), ...samples('ts')].flatMap((code) =>
      [...code.matchAll(/import (?:type )?\{([^}]+)\} from '@gatehouse\/client'/g)].flatMap(
        ([, names = '']) => names.split(',').map((name) => name.trim()),
      ),
    );
    expect(imported.length).toBeGreaterThan(10);
    expect(imported.filter((name) => name !== '' && !exported.has(name))).toEqual([]);
  });

  test('names every component, and no heading twice', () => {
    const components = [...index.matchAll(/default as (\w+)/g)].map(([, name = '']) => name);
    expect(components.length).toBeGreaterThan(50);
    expect(components.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const entries = [...page.matchAll(/^(?:## |- \*\*)(.+?)(?:\*\*.*)?$/gm)].map(
      ([, words]) => words,
    );
    expect(entries.filter((words, at) => entries.indexOf(words) !== at)).toEqual([]);
  });

  test('names only properties of the theme that there are', () => {
    const named = [...page.matchAll(/--gh-[\w-]+(?!…)\b/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(20);
    expect(
      named.filter((name) => !page.includes(`${name}…`) && !theme.includes(`${name}:`)),
    ).toEqual([]);
  });
});
