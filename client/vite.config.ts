import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

// Only for `vite dev`: pages from here, the API from a server that runs beside.
const server = process.env['GATEHOUSE_SERVER'] ?? 'http://localhost:3000';

/**
 * A few files that most pages share, instead of fifty small ones: on HTTP/1.1 their number costs more than
 * their size, and small files compress badly. What only some pages need stays with them.
 */
const groups = [
  { name: 'framework', test: /node_modules\/(?:svelte|esm-env|clsx)\//, priority: 30 },
  {
    name: 'connection',
    test: /node_modules\/(?:@urql\/core|wonka|@0no-co)\/|\/connection\/(?:gatehouse|live\.|socket|failure|context|sentence|refusals|query)|\/graphql\//,
    priority: 28,
  },
  {
    // Pages before sign-in do without.
    name: 'cache',
    test: /exchange-graphcache\/|\/connection\/(?:cache|client|inbox-|standing|keep-live)/,
    priority: 25,
  },
  {
    name: 'form',
    test: /node_modules\/valibot\/|\/ui\/form\.svelte/,
    priority: 15,
  },
  {
    name: 'page',
    test: /\/lib\/(?:ui|text)\/(?!generated)|node_modules\/(?:@lucide|@messageformat)\//,
    minShareCount: 3,
    priority: 10,
  },
];

/** Only what browsers load: the server's bundle has entry points that must stay files of their own. */
const sharedFiles: Plugin = {
  name: 'gatehouse-shared-files',
  configEnvironment: (name) =>
    name === 'client'
      ? { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } }
      : undefined,
};

export default defineConfig({
  plugins: [
    sharedFiles,
    sveltekit({
      adapter: adapter(),
      compilerOptions: { runes: true },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['none'],
          'script-src': ['self'],
          'style-src': ['self'],
          // The route announcer and `display: contents` of the page's root are style attributes of Kit's own.
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'manifest-src': ['self'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
          'base-uri': ['none'],
          'require-trusted-types-for': ['script'],
          'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url'],
        },
      },
    }),
  ],
  server: {
    proxy: { '/graphql': { target: server, ws: true }, '/media': { target: server } },
  },
});
