/**
 * `npm test`: builds, checks, then every test. Its last line is "N passed, M failed"; before it stand, by name, the files that could not run.
 */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build-steps.mjs';
import { runChecks } from './checks.mjs';
import { projectEnv, root } from './install.mjs';
import { findOrInstall } from './program.mjs';
import { say, stage } from './stage.mjs';
import { readNotes, tally } from './tally.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'gatehouse-npm-test-'));
const notes = join(scratch, 'not-run');
const total = { passed: 0, failed: 0, skipped: 0 };
const env = { ...projectEnv(), GATEHOUSE_NOT_RUN: notes };
/** @type {string[]} */
const notRun = [];

try {
  const built = await buildAll();
  add({ passed: Number(built), failed: Number(!built), skipped: 0 });
  const checks = await runChecks();
  add({ ...checks, skipped: 0 });
  await project('scripts', 'tests of the scripts');
  await project('server', 'server: units and integration on PostgreSQL');
  await browserProjects();
} finally {
  const noted = readNotes(notes);
  for (const { note } of noted) notRun.push(note);
  rmSync(scratch, { recursive: true, force: true });
}

for (const line of notRun) console.log(`Not run: ${line}`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`,
);
if (total.failed > 0) process.exitCode = 1;

/** @param {string} name @param {string} title */
async function project(name, title) {
  const report = join(scratch, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { ok, output } = await stage(title, ['vitest', 'run', '--project', name, ...reporters], {
    cwd: root,
    env,
    quiet: true,
    shell: process.platform === 'win32',
  });
  if (!ok) say(output.trimEnd());
  add(tally(report, ok, new Set(readNotes(notes).map(({ file }) => join(root, file)))));
}

async function browserProjects() {
  const chromium = await findOrInstall('chromium');
  if ('path' in chromium) {
    env.CHROMIUM_PATH = chromium.path;
    await project('client', 'components in Chromium');
    await project('e2e', 'journeys in Chromium');
    return;
  }
  const files = globSync(['client/src/**/*.test.ts', 'client/e2e/**/*.test.ts'], {
    cwd: root,
  }).sort();
  for (const file of files) notRun.push(`${file} needs chromium: ${chromium.missing}`);
  if (process.env.CI) add({ passed: 0, failed: files.length, skipped: 0 });
}

/** @param {{ passed: number, failed: number, skipped: number }} result */
function add({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
