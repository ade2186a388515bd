/** What is built from what. A step runs only when one of its inputs, or its command, differs from the last time it succeeded. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { projectEnv, root } from './install.mjs';
import { stage } from './stage.mjs';

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string[]} inputs globs
 * @property {string[]} outputs all must exist
 * @property {string[]} command
 * @property {string} [cwd]
 * @property {string} [clean] folder emptied before, so that what was deleted from the sources does not stay
 */

/** @type {Record<'text' | 'codegen' | 'server' | 'client', Step>} */
const steps = {
  text: {
    title: 'texts compiled',
    inputs: ['text/**', 'scripts/text.ts', 'scripts/text/**'],
    outputs: ['server/src/generated/text', 'client/src/lib/text/generated'],
    command: ['tsx', 'scripts/text.ts'],
  },
  codegen: {
    title: 'operations typed',
    inputs: ['schema/schema.graphql', 'client/src/**/*.graphql', 'codegen.ts'],
    outputs: ['client/src/lib/graphql/generated'],
    command: ['tsx', 'codegen.ts'],
  },
  server: {
    title: 'server built',
    inputs: ['server/src/**', 'server/tsconfig*.json', 'tsconfig.json'],
    outputs: ['server/dist/main.js'],
    command: ['tsc', '-p', 'server/tsconfig.build.json'],
    clean: 'server/dist',
  },
  client: {
    title: 'pages built',
    inputs: [
      'client/src/**',
      'client/static/**',
      'client/*.{ts,js,json,html}',
      'schema/errors.json',
    ],
    outputs: ['client/build/handler.js'],
    command: ['vite', 'build'],
    cwd: 'client',
  },
};

/** Texts and typed documents, which other things are compiled against. @returns {Promise<boolean>} */
export const buildSources = async () => (await run(steps.text)) && (await run(steps.codegen));

/** @returns {Promise<boolean>} */
export const buildServer = async () => (await run(steps.text)) && (await run(steps.server));

/** @returns {Promise<boolean>} whether everything stands; what failed has said so */
export async function buildAll() {
  if (!(await buildSources())) return false;
  const [server, client] = await Promise.all([run(steps.server), run(steps.client)]);
  return server && client;
}

/** @param {Step} step */
async function run(step) {
  const file = join(
    root,
    'node_modules',
    '.cache',
    'gatehouse',
    `${step.command.join('-').replace(/[^\w-]/g, '_')}.sha256`,
  );
  const hash = fingerprint(step);
  const built = step.outputs.every((path) => existsSync(join(root, path)));
  if (built && existsSync(file) && readFileSync(file, 'utf8') === hash) return true;
  rmSync(file, { force: true });
  if (step.clean) rmSync(join(root, step.clean), { recursive: true, force: true });
  const [program = '', ...args] = step.command;
  const windows = process.platform === 'win32';
  const { ok } = await stage(step.title, [program, ...args], {
    cwd: join(root, step.cwd ?? '.'),
    env: projectEnv(),
    shell: windows,
  });
  if (!ok) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
  return true;
}

/** @param {Step} step */
function fingerprint({ inputs, command }) {
  const hash = createHash('sha256').update(JSON.stringify(command));
  const files = globSync(['package-lock.json', ...inputs], { cwd: root }).sort();
  for (const path of files)
    if (statSync(join(root, path)).isFile())
      hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}
