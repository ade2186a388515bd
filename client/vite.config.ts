import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { sharedFiles } from './vite-chunks.ts';
import { drawnIcons } from './vite-icons.ts';

// Only for `vite dev`: pages from here, the API from a server that runs beside.
const server = process.env['GATEHOUSE_SERVER'] ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [
    drawnIcons,
    sharedFiles(import.meta.dirname),
    sveltekit({
      adapter: adapter(),
      // The list of all pages is not every page's to load; links ask for the next one while the pointer is on them.
      router: { resolution: 'server' },
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
          // A mail that is shown before it is sent, in a frame where nothing runs.
          'frame-src': ['blob:'],
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
    proxy: {
      '/graphql': { target: server, ws: true },
      '/media': { target: server },
      '/uploads': { target: server },
      '/exports': { target: server },
    },
  },
});
