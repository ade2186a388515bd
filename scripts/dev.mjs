/**
 * `npm run dev`: pages from Vite on PORT (default 3000), which hands the API on to a server beside it that restarts when its sources
 * change. The browser sees one origin, as it does when the server serves everything.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSources } from './build-steps.mjs';
import { projectEnv, root } from './install.mjs';
import { say } from './stage.mjs';

if (!(await buildSources())) process.exit(1);

const port = Number(process.env.PORT ?? 3000);
const env = projectEnv();
const api = `http://127.0.0.1:${port + 1}`;
const server = {
  ...env,
  PORT: String(port + 1),
  PUBLIC_URL: process.env.PUBLIC_URL ?? `http://localhost:${port}`,
};
const children = [
  spawn(
    'tsx',
    ['watch', '--tsconfig', 'server/tsconfig.json', '--clear-screen=false', 'server/src/main.ts'],
    {
      cwd: root,
      env: server,
      stdio: 'inherit',
    },
  ),
  spawn('vite', ['dev', '--port', String(port), '--strictPort'], {
    cwd: join(root, 'client'),
    env: { ...env, GATEHOUSE_SERVER: api },
    stdio: 'inherit',
  }),
];

let ending = false;
/** tsx takes a second signal for impatience, and would kill a server that is still putting its work away. */
function end({ tell = true } = {}) {
  if (!ending && tell) for (const child of children) child.kill('SIGTERM');
  ending = true;
}
// One of the two alone is no use; and a watched folder must not keep this process when both are gone.
let left = children.length;
for (const child of children)
  child.once('exit', () => {
    end();
    if (--left === 0) process.exit();
  });
// Ctrl-C reaches both by itself.
process.on('SIGINT', () => end({ tell: !process.stdin.isTTY }));
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => end());

let rebuild = Promise.resolve();
/** @param {string} folder @param {RegExp} files */
const rebuildOn = (folder, files) =>
  watch(join(root, folder), { recursive: true }, (_event, name) => {
    if (!name || !files.test(name) || name.includes('generated')) return;
    rebuild = rebuild
      .then(() => sleep(100))
      .then(
        async () => void ((await buildSources()) || say('The last good version stays in use.')),
      );
  }).unref();
rebuildOn('text', /\.(json|ya?ml)$/);
rebuildOn('schema', /\.graphql$/);
rebuildOn('client/src', /\.graphql$/);
