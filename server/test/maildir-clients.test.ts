import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { createTestServer } from './server.js';
import type { TestServer } from './server.js';

const run = promisify(execFile);
const example = (name: string) =>
  fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));

let server: TestServer;
let folder: string;
let env: NodeJS.ProcessEnv;
let cookie: string;
beforeAll(async () => {
  server = await createTestServer();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-maildir-'));
  const { app } = server;
  const root = await app.signedIn({ permissions: ['admin.users'] });
  cookie = app.secretOf(await app.signedIn({ username: 'ada' }));
  const { secret } = await app.unit(async () => {
    await app.get(AccessTokens).setEnabled(root, true);
    return app.get(AccessTokens).create(root, { name: 'mail', scopes: ['USAGE_WRITE'] });
  });
  env = { ...process.env, GATEHOUSE: server.url, TOKEN: secret };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function maildir(domain: string, name: string, bytes: number, quota?: number): string {
  const path = join(folder, domain, name, 'Maildir');
  mkdirSync(join(path, 'cur'), { recursive: true });
  writeFileSync(join(path, 'cur', 'one'), Buffer.alloc(bytes, 1));
  if (quota !== undefined) writeFileSync(join(path, 'maildirsize'), `${quota}S,100C\n1 1\n`);
  return path;
}

async function reported() {
  const { data } = await server.graphql(
    '{ me { emailAccounts { nodes { address usedBytes quotaBytes } } domains { nodes { name } } } }',
    {},
    { cookie },
  );
  return (
    data as {
      me: {
        emailAccounts: { nodes: { address: string; usedBytes: number; quotaBytes: number }[] };
        domains: { nodes: { name: string }[] };
      };
    }
  ).me;
}

test('the shell client reports a Maildir, its quota, and says when it was refused', async () => {
  const path = maildir('one.example', 'ada', 100_000, 5_000_000);
  await run(example('maildir-usage.sh'), ['ada', 'ada@one.example', path], { env });
  const { nodes } = (await reported()).emailAccounts;
  expect(nodes).toMatchObject([{ address: 'ada@one.example', quotaBytes: 5_000_000 }]);
  expect(nodes[0]!.usedBytes).toBeGreaterThan(100_000);
  const refused = run(example('maildir-usage.sh'), ['nobody9', 'x@one.example', path], { env });
  await expect(refused).rejects.toMatchObject({ code: 1 });
  expect((await reported()).emailAccounts.nodes).toHaveLength(1);
});

test('the TypeScript client reports all Maildirs of a user and their domains', async () => {
  maildir('two.example', 'bea', 50_000);
  maildir('two.example', 'carl', 20_000, 1_000_000);
  const client = example('maildir-usage.ts');
  const { stdout } = await run(process.execPath, [client, 'ada', folder], { env });
  expect(stdout).toBe('3 of 3 e-mail accounts reported\n');
  const { emailAccounts, domains } = await reported();
  expect(emailAccounts.nodes.map(({ address, quotaBytes }) => [address, quotaBytes])).toEqual([
    ['ada@one.example', 5_000_000],
    ['bea@two.example', -1],
    ['carl@two.example', 1_000_000],
  ]);
  expect(emailAccounts.nodes[1]!.usedBytes).toBeGreaterThanOrEqual(50_000);
  expect(domains.nodes.map(({ name }) => name)).toEqual(['one.example', 'two.example']);
});
