import type { Plugin } from 'vite';

interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Parts of Svelte that no page before sign-in uses; the budgets of bytes see to it that they stay away from there. */
const lists = /svelte\/src\/internal\/client\/dom\/blocks\/(?:each|key|svelte-element)\.js/;
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
const accountOperations = /\/texts\/(?:account|inbox-cache|live|notification)\.ts$/;
const ofPages = /\/src\/routes\/.*\+|\.svelte-kit\/generated\//;

/** All that a module brings along at once; what it fetches later stays out. */
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
 * Three files that pages share, instead of many small ones: on HTTP/1.1 their number costs more than their size, and
 * small files compress badly. `framework` and `page` are all that a page before sign-in needs, `account` what the frame
 * of the dashboard adds. The rest is left to the bundler, which keeps a component's styles with its code: in a group of
 * what several pages share they came apart, and pages were drawn without them.
 */
export function sharedFiles(root: string): Plugin {
  const route = (path: string) => `${root}/src/routes/${path}`;
  const signIn = ['sign-in/+page.svelte', '+layout.svelte', '+layout.ts'].map((name) =>
    route(`(entrance)/${name}`),
  );
  const otherEntrances = ['setup', 'welcome', 'change-password'].map((name) =>
    route(`(entrance)/${name}/+page.svelte`),
  );
  const all = ['+layout.svelte', '+layout.ts', '+error.svelte'].map(route);
  const account = ['+layout.svelte', '+layout.ts', '+error.svelte'].map((name) =>
    route(`(account)/${name}`),
  );
  let known: Record<'all' | 'signIn' | 'otherEntrances' | 'account', Set<string>> | undefined;

  function nameOf(id: string, graph: Graph): string | null {
    if (first.test(id) || ofPages.test(id)) return null;
    if (words.test(id)) return 'page';
    if (framework.test(id)) return lists.test(id) ? 'account' : 'framework';
    known ??= {
      all: broughtBy(all, graph),
      signIn: broughtBy(signIn, graph),
      otherEntrances: broughtBy(otherEntrances, graph),
      account: broughtBy(account, graph),
    };
    if (known.all.has(id) || known.signIn.has(id) || entranceOperations.test(id)) return 'page';
    if (known.otherEntrances.has(id)) return 'password';
    return known.account.has(id) || accountOperations.test(id) ? 'account' : null;
  }

  return {
    name: 'gatehouse-shared-files',
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
