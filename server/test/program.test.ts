import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ASK = `
  import { needs } from ${JSON.stringify(new URL('program.ts', import.meta.url).href)};
  console.log(String(await needs('redis-server', ${JSON.stringify(import.meta.url)})));
`;
const here = fileURLToPath(new URL('.', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-program-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A test file on a machine that has only what lies in `path`, and no way to install more. */
async function ask(env: Record<string, string>): Promise<{ failed: boolean; said: string }> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', ASK];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: here, env }, (error, out, err) =>
      resolve({ failed: error !== null, said: out + err }),
    );
  });
}

test('a program that is there is used', async () => {
  const program = join(folder, 'redis-server');
  await symlink(process.execPath, program);
  expect(await ask({ PATH: folder })).toEqual({ failed: false, said: `${program}\n` });
});

test('a test file without its program is noted by name, with the reason', async () => {
  const notes = join(folder, 'notes');
  expect(await ask({ PATH: here, GATEHOUSE_NOT_RUN: notes })).toMatchObject({ failed: false });
  const noted = JSON.parse(await readFile(notes, 'utf8')) as { file: string; note: string };
  expect(noted.file).toBe('server/test/program.test.ts');
  expect(noted.note).toMatch(/^server\/test\/program\.test\.ts needs redis-server: .+/);
});

test('in continuous integration a missing program is a failure', async () => {
  const { failed, said } = await ask({ PATH: here, CI: 'true' });
  expect(failed).toBe(true);
  expect(said).toMatch(/needs redis-server/);
});
