import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readNotes, tally } from './tally.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
let folder: string;

beforeAll(async () => {
  // Inside the checkout, so that the files find vitest.
  folder = await mkdtemp(join(root, 'node_modules', '.tally-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a real run of vitest over these files comes to. */
async function count(files: Record<string, string>, notRun: string[] = []) {
  const room = await mkdtemp(join(folder, 'room-'));
  for (const [name, body] of Object.entries(files))
    await writeFile(
      join(room, name),
      `import { expect, test, beforeAll, describe } from 'vitest';\n${body}`,
    );
  const report = join(room, 'report.json');
  const args = ['run', '--root', room, '--reporter=json', `--outputFile=${report}`];
  const ok = await new Promise<boolean>((resolve) => {
    execFile(process.execPath, [vitest, ...args], { cwd: room }, (error) => resolve(!error));
  });
  return tally(report, ok, new Set(notRun.map((name) => join(room, name))));
}

const passes = "test('passes', () => {});";

test('passed, failed and skipped tests are counted over all files', async () => {
  const counts = await count({
    'a.test.ts': `${passes} test('fails', () => expect(1).toBe(2));`,
    'b.test.ts': `${passes} test.skip('is skipped', () => {});`,
  });
  expect(counts).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

test('a file that breaks while it is loaded, or before its tests, counts as failed', async () => {
  const counts = await count({
    'a.test.ts': `${passes} throw new Error('broken');`,
    'b.test.ts': `beforeAll(() => { throw new Error('broken'); }); ${passes}`,
  });
  expect(counts).toMatchObject({ passed: 0, failed: 2 });
});

test('an error outside every test is a failure although all tests passed', async () => {
  const counts = await count({
    'a.test.ts': `${passes} void Promise.reject(new Error('nobody waits for this'));`,
  });
  expect(counts).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a project without a single test is a failure', async () => {
  expect(await count({})).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('tests of a file that is listed by name as not run are not counted as skipped', async () => {
  const counts = await count(
    { 'a.test.ts': passes, 'b.test.ts': "test.skip('needs a program', () => {});" },
    ['b.test.ts'],
  );
  expect(counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('notes of files that could not run are read once each', async () => {
  const notes = join(await mkdtemp(join(folder, 'notes-')), 'notes');
  expect(readNotes(notes)).toEqual([]);
  const note = JSON.stringify({ file: 'a.test.ts', note: 'a.test.ts needs chromium: no' });
  await writeFile(notes, `${note}\n${note}\n`);
  expect(readNotes(notes)).toEqual([{ file: 'a.test.ts', note: 'a.test.ts needs chromium: no' }]);
});
