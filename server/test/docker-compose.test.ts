import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const composeFile = fileURLToPath(new URL('../../docker-compose.yml', import.meta.url));
const dclint = join(dirname(require.resolve('dclint/package.json')), 'bin/dclint.cjs');

/** dclint holds a file against the Compose specification's JSON schema, then against good habits. */
async function lint(file: string): Promise<{ code: unknown; said: string }> {
  return new Promise((resolve) => {
    // The order of keys follows the reader here, not the alphabet.
    const taste = [
      'service-keys-order',
      'services-alphabetical-order',
      'service-ports-alphabetical-order',
    ];
    const args = [
      dclint,
      file,
      '--max-warnings',
      '0',
      ...taste.flatMap((rule) => ['--disable-rule', rule]),
    ];
    execFile(process.execPath, args, (error, out, err) =>
      resolve({ code: error?.code ?? 0, said: out + err }),
    );
  });
}

test('docker compose would accept the file', async () => {
  expect(await lint(composeFile)).toMatchObject({ code: 0 });
});

test('a slip in the file would be seen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-compose-'));
  const broken = join(folder, 'docker-compose.yml');
  const text = await readFile(composeFile, 'utf8');
  await writeFile(broken, text.replace('condition: service_healthy', 'condition: healthy'));
  const { code, said } = await lint(broken);
  await rm(folder, { recursive: true });
  expect(code).not.toBe(0);
  expect(said).toMatch(/invalid-schema|service_healthy/);
});
