import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookieName } from '../src/transport/http/request/cookies.js';
import { accessLine, AuthorizedKeys } from '../src/features/support-access/authorized-keys.js';
import { SupportAccesses } from '../src/features/support-access/support-accesses.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { ServerProcess } from './server-process.js';
import { openSupportHost } from './support-host.js';
import type { SupportHost } from './support-host.js';

const others = Buffer.from(
  '# mine\r\nssh-ed25519 AAAAC3Nz admin@home\n\n\xff the last\n',
  'latin1',
);
const enable = 'mutation ($hours: Int!) { enableSupportAccess(hours: $hours) { expiresAt } }';

let host: SupportHost;
let app: TestApp;
beforeAll(async () => {
  host = await openSupportHost(undefined);
  app = await createTestApp(host.settings);
  app.clock.set(new Date());
});
afterAll(async () => {
  await app.close();
  await host.close();
});

const lines = async () => (await host.read()).toString('latin1').split(/(?<=\n)/);
const ours = (line: string) => line.endsWith(' gatehouse-support\n');

test.each([0, 7, 20])(
  'twenty who open it at once, on a server that is killed %i ms into it, leave every other line as it was',
  { timeout: 90_000 },
  async (ms) => {
    await host.write(others);
    const admin = await app.signedIn({ permissions: ['admin.system.support'] });
    const server = await ServerProcess.beside(app, host.settings);
    const cookie = `${sessionCookieName({ publicUrl: server.url })}=${app.secretOf(admin)}`;
    const open = (hours: number) => server.graphql(enable, { hours }, { cookie });
    const first = await open(72);
    expect(first.errors).toBeUndefined();
    const opened = await host.read();
    const answers = Array.from({ length: 20 }, (_, n) => open(n + 1).catch(() => null));
    await expect.poll(() => host.read(), { timeout: 10_000, interval: 2 }).not.toEqual(opened);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await server.kill();
    await Promise.all(answers);

    const left = await lines();
    expect(left.filter((line) => !ours(line)).join('')).toBe(others.toString('latin1'));
    expect(left.filter(ours)).toHaveLength(1);

    // The next server makes the file what the row says.
    await app.unit(() => app.get(SupportAccesses).reconcile());
    const { data } = await app.graphql('{ admin { supportAccess { expiresAt } } }', {}, admin);
    const { expiresAt } = (data!['admin'] as { supportAccess: { expiresAt: string } })
      .supportAccess;
    const stamp = expiresAt.replaceAll(/[-:T]/g, '').slice(0, 14);
    expect((await lines()).filter(ours)).toEqual([expect.stringContaining(`"${stamp}Z"`)]);
  },
);

test('a writer that is killed at any moment leaves a whole file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  await mkdir(join(folder, 'keys'), { mode: 0o700 });
  const file = join(folder, 'keys', 'authorized_keys');
  const user = execFileSync('id', ['-un']).toString().trim();
  await writeFile(file, others, { mode: 0o600 });
  const line = accessLine('ssh-ed25519 AAAA', new Date('2026-12-01T12:00:00Z'));
  const source = `import { AuthorizedKeys } from ${JSON.stringify(new URL('../src/features/support-access/authorized-keys.ts', import.meta.url).href)};
    const keys = new AuthorizedKeys(${JSON.stringify(file)}, ${JSON.stringify(user)});
    console.log('begins');
    for (;;) { await keys.write(${JSON.stringify(line)}); await keys.write(null); }`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', source];
  for (const ms of [1, 7, 20]) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const bare = others.toString('latin1');
    expect([bare, `${bare}${line}\n`]).toContain((await readFile(file)).toString('latin1'));
  }
  // What it left beside the file is in nobody's way.
  await new AuthorizedKeys(file, user).write(null);
  expect(await readFile(file)).toEqual(others);
  await rm(folder, { recursive: true, force: true });
});
