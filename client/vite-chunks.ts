import { globSync } from 'node:fs';
import type { Plugin } from 'vite';

interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Parts of Svelte that no page before sign-in uses. */
const lists =
  /svelte\/src\/internal\/client\/dom\/(?:blocks\/(?:each|key|svelte-element)|elements\/(?:custom-element|bindings\/size))\.js/;
const framework =
  /rolldown\/runtime|node_modules\/(?:svelte|esm-env|clsx|devalue|@sveltejs\/kit)\/|\.svelte-kit\/generated\/.*(?:matchers|client\/hooks)/;
/** It has to be there before the rest of Kit begins. */
const first = /kit\/src\/runtime\/client\/(?:payload|entry|client-entry)\.js$/;
/** What the compiled texts call. */
const words = /@messageformat\/runtime|make-plural/;
/** Operations come through one list of all: what is needed of it the list cannot tell. */
const operations = /\/generated\/texts\//;
const entranceOperations =
  /\/texts\/(?:site|sign-in|second-step|passkey-sign-in|password|preferences)\.ts$/;
const ofPages = /\/src\/routes\/.*\+|\.svelte-kit\/generated\//;
interface Files {
  readonly [file: string]: {
    readonly isEntry?: boolean;
    readonly imports?: readonly string[];
    readonly viteMetadata?: { readonly importedCss: Set<string> };
  };
}

/**
 * Tells of each page's file all styles it needs. Kit looks for them itself, but a file it comes across on the way to
 * something that is fetched later it takes for part of that, and draws pages without what they need at once.
 */
function nameStyles(files: Files): void {
  const stylesOf = (file: string, seen: Set<string>): string[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const { imports = [], viteMetadata } = files[file] ?? {};
    return [
      ...imports.flatMap((next) => stylesOf(next, seen)),
      ...(viteMetadata?.importedCss ?? []),
    ];
  };
  for (const [file, { isEntry, viteMetadata }] of Object.entries(files)) {
    if (!isEntry || !viteMetadata) continue;
    for (const sheet of stylesOf(file, new Set())) viteMetadata.importedCss.add(sheet);
  }
}

/** @returns files of which each needs the next, and the last the first; none when there is no such circle */
function circleIn(files: Files): string[] {
  const done = new Set<string>();
  function from(file: string, way: readonly string[]): string[] {
    if (way.includes(file)) return way.slice(way.indexOf(file));
    if (done.has(file)) return [];
    for (const next of files[file]?.imports ?? []) {
      const circle = from(next, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  }
  return (
    Object.keys(files)
      .map((file) => from(file, []))
      .find((circle) => circle.length > 0) ?? []
  );
}

/** What so many pages of the dashboard use is worth bringing with the first of them. */
const often = 6;

/** All that a module brings along at once, its styles too; what it fetches later stays out. */
function broughtBy(entries: readonly string[], graph: Graph): Set<string> {
  const brought = new Set<string>();
  const waiting = [...entries];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (brought.has(id) || operations.test(id)) continue;
    brought.add(id);
    waiting.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return brought;
}

/**
 * A few files that pages share, instead of a hundred small ones: on HTTP/1.1 their number costs more than their size.
 * `framework` and `page` are all that a page before sign-in needs, `account` what the frame of the dashboard adds, and
 * `parts` what many of its pages use. The rest is left to the bundler. A component and its styles are always named
 * alike: in files apart, the styles would be lost. No file may need one that needs it, or it would run too early.
 */
export function sharedFiles(root: string): Plugin {
  const route = (path: string) => `${root}/src/routes/${path}`;
  const layout = (folder: string) =>
    ['+layout.svelte', '+layout.ts', '+error.svelte'].map((name) => route(folder + name));
  const pagesIn = (folder: string) => globSync(route(`${folder}**/+page.svelte`));

  function look(graph: Graph) {
    const brought = (entries: readonly string[]) => broughtBy(entries, graph);
    const entrance = layout('(entrance)/').slice(0, 2);
    const password = ['setup', 'welcome', 'change-password'].flatMap((name) =>
      pagesIn(`(entrance)/${name}/`),
    );
    return {
      page: brought([...layout(''), ...entrance, route('(entrance)/sign-in/+page.svelte')]),
      password: brought(password),
      account: brought(layout('(account)/')),
      pages: pagesIn('(account)/').map((page) => brought([page])),
    };
  }
  let known: ReturnType<typeof look> | undefined;

  function nameOf(id: string, graph: Graph): string | null {
    if (first.test(id) || ofPages.test(id)) return null;
    if (words.test(id) || entranceOperations.test(id)) return 'page';
    if (operations.test(id)) return 'operations';
    if (framework.test(id)) return lists.test(id) ? 'account' : 'framework';
    known ??= look(graph);
    if (known.page.has(id)) return 'page';
    if (known.password.has(id)) return 'password';
    if (known.account.has(id)) return 'account';
    const users = known.pages.filter((page) => page.has(id)).length;
    return users >= often ? 'parts' : null;
  }

  return {
    name: 'gatehouse-shared-files',
    generateBundle(_options, files) {
      const circle = circleIn(files as unknown as Files);
      if (circle.length > 0) this.error(`Files need each other: ${circle.join(', ')}`);
      nameStyles(files as unknown as Files);
    },
    // Only what browsers load: the server's bundle has entry points that must stay files of their own.
    configEnvironment: (name) =>
      name === 'client'
        ? {
            build: {
              rolldownOptions: {
                // Else the framework would fetch them wherever it is, in case they did something by merely being there.
                treeshake: { moduleSideEffects: [{ test: lists, sideEffects: false }] },
                preserveEntrySignatures: 'allow-extension',
                output: {
                  codeSplitting: {
                    includeDependenciesRecursively: false,
                    groups: [{ name: nameOf }],
                  },
                },
              },
            },
          }
        : undefined,
  };
}
