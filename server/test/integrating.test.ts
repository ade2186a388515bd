import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import { ApiKeys } from '../src/features/license/api-keys.js';
import { Licenses } from '../src/features/license/licenses.js';
import { Notices } from '../src/features/notification/notices.js';
import { allPermissions } from '../src/features/permission/permissions.js';
import { scopes } from '../src/kernel/access/viewer.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { flat } from './pictures.js';
import { createTestServer } from './server.js';
import type { TestServer } from './server.js';

/** What stands in the page for integrators, run as it stands, by somebody with a token for everything. */
const page = readFileSync(new URL('../../docs/integrating.md', import.meta.url), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, text]) => text!,
  );

const run = promisify(execFile);
let server: TestServer;
let folder: string;
let env: NodeJS.ProcessEnv;
let ada: Viewer;
beforeAll(async () => {
  server = await createTestServer();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-integrating-'));
  const { app } = server;
  ada = await app.signedIn({ username: 'ada', permissions: allPermissions });
  const { token, key } = await app.unit(async () => {
    await app.get(AccessTokens).setEnabled(ada, true);
    const token = await app.get(AccessTokens).create(ada, { name: 'all', scopes });
    const { id } = await app.get(Licenses).issue(ada, ada.accountId!, 'Backup');
    return { token: token.secret, key: (await app.get(ApiKeys).create(ada, id, 'nas')).secret };
  });
  env = { PATH: process.env['PATH'], GATEHOUSE: server.url, TOKEN: token, API_KEY: key };
  writeFileSync(join(folder, 'me.jpg'), await flat(300, 200).jpeg().toBuffer());
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const calls = blocksOf('sh').filter((text) => text.includes('curl'));

test('there are calls to run', () => expect(calls.length).toBeGreaterThan(5));

test.each(calls.map((text) => [/query": ?"([^"]{1,60})/.exec(text)?.[1] ?? text, text]))(
  'the call %s is answered with what it asks for',
  async (_name, text) => {
    const { stdout } = await run('sh', ['-euc', text], { env, cwd: folder });
    expect(stdout).toMatch(/^\{"data":\{/);
    expect(stdout).not.toMatch(/"errors"|:null\}\}$/);
  },
);

test('the picture that the page sends is shown', async () => {
  const { data } = await server.graphql(
    '{ me { avatar { width } } }',
    {},
    {
      cookie: server.app.secretOf(ada),
    },
  );
  expect(data).toEqual({ me: { avatar: { width: 512 } } });
});

test('the live client hears what happens', async () => {
  const client = blocksOf('js').find((text) => text.includes('graphql-ws'))!;
  const document = blocksOf('graphql').find((text) => text.includes('subscription LiveInbox'))!;
  writeFileSync(join(folder, 'live.mjs'), client);
  writeFileSync(join(folder, 'live-inbox.graphql'), document);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of ['graphql-ws', 'graphql']) {
    const home = fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
    symlinkSync(home, join(folder, 'node_modules', name));
  }
  const say = (title: string) =>
    server.app.unit(() =>
      server.app.get(Notices).send({
        type: 'admin.message',
        texts: { EN: { title, body: '' } },
        audience: { accountIds: [ada.accountId!] },
      }),
    );
  const child = spawn(process.execPath, ['live.mjs'], { cwd: folder, env });
  let heard = '';
  child.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  try {
    // Until it listens, what is said is not for it.
    await expect
      .poll(async () => (await say('good morning'), heard), { timeout: 20_000, interval: 300 })
      .toContain('good morning');
    await say('good night');
    await expect.poll(() => heard, { timeout: 10_000 }).toContain('good night');
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);
