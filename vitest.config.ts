/**
 * Four projects, each runnable alone: `vitest run --project server` (or scripts, client, e2e).
 * Nothing here touches the network; the programs that tests need are found by the tests themselves.
 */
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

// Vite would pick graphql's ES module, while Node gives type-graphql and others the CommonJS one: two copies that refuse
// each other's types.
const oneGraphql = {
  find: /^graphql$/,
  replacement: createRequire(import.meta.url).resolve('graphql/index.js'),
};

const icons = globSync('client/src/lib/**/*.svelte', { cwd: root }).flatMap(
  (file) => readFileSync(join(root, file), 'utf8').match(/@lucide\/svelte\/icons\/[\w-]+/g) ?? [],
);

const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  test: {
    // Both of two cores: tests wait for PostgreSQL and hashing as much as they work.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        root,
        resolve: { alias: [oneGraphql] },
        test: {
          name: 'server',
          include: ['server/src/**/*.test.ts', 'server/test/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['server/test/cluster.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        root,
        resolve: { alias: [oneGraphql] },
        test: {
          name: 'scripts',
          include: ['scripts/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        root: join(root, 'client'),
        plugins: [svelte({ configFile: false })],
        // Known beforehand: what is found on the way makes Vite load the page anew, under the test that runs.
        optimizeDeps: {
          include: [
            ...new Set(icons),
            '@simplewebauthn/browser',
            '@urql/core',
            '@urql/exchange-graphcache',
            '@urql/exchange-graphcache/extras',
            '@zxcvbn-ts/core',
            '@zxcvbn-ts/language-common',
            'axe-core',
            'bits-ui',
            'esm-env',
            'graphql',
            'graphql-ws',
            'valibot',
          ],
        },
        test: {
          name: 'client',
          include: ['src/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
                args: chromiumFlags,
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['client/e2e/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
