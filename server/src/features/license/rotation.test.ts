import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { ApiKeys } from './api-keys.js';
import { Licenses } from './licenses.js';

let server: TestServer;
let second: TestServer;
let ada: Viewer;
let licenseId: string;
beforeAll(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
  const { app } = server;
  const root = await app.signedIn({ permissions: ['admin.licenses'] });
  ada = await app.signedIn();
  const issued = await app.unit(() => app.get(Licenses).issue(root, ada.accountId!, 'Backup Pro'));
  licenseId = issued.id;
});
afterAll(async () => {
  await second.close();
  await server.close();
});

const ask = (at: TestServer, token: string) =>
  at.graphql('{ license { active } }', {}, { token, origin: null });

test('from the moment rotation has answered the old key is refused on every server, hammered or not', async () => {
  const { app } = server;
  const keys = app.get(ApiKeys);
  let { apiKey, secret } = await app.unit(() => keys.create(ada, licenseId, 'nas'));
  for (let round = 0; round < 5; round += 1) {
    const old = secret;
    let answeredAt = Infinity;
    let over = false;
    const wrong: string[] = [];
    let asked = 0;
    const hammer = async (at: TestServer) => {
      while (!over) {
        const startedAt = performance.now();
        const { data, errors } = await ask(at, old);
        asked += 1;
        const code = errors?.[0]?.extensions.code ?? JSON.stringify(data);
        if (startedAt > answeredAt && code !== 'UNAUTHENTICATED') wrong.push(code);
      }
    };
    const hammers = [server, second, server, second].map(hammer);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const rotated = await app.unit(() => keys.rotate(ada, apiKey.id));
    answeredAt = performance.now();
    ({ apiKey, secret } = rotated);
    expect((await ask(second, secret)).data).toEqual({ license: { active: true } });
    await new Promise((resolve) => setTimeout(resolve, 150));
    over = true;
    await Promise.all(hammers);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(8);
  }
}, 30_000);

test('two rotations at once leave one secret that works', async () => {
  const { app } = server;
  const keys = app.get(ApiKeys);
  const { apiKey } = await app.unit(() => keys.create(ada, licenseId, 'twice'));
  const both = await Promise.all(
    [0, 1].map(() => app.unit(() => keys.rotate(ada, apiKey.id))),
  );
  const answers = await Promise.all(both.map(({ secret }) => ask(second, secret)));
  expect(answers.filter(({ data }) => data?.['license'])).toHaveLength(1);
});

test('a key opens no socket', async () => {
  const { app } = server;
  const made = await app.unit(() => app.get(ApiKeys).create(ada, licenseId, 'socket'));
  const heard = server.subscribe('subscription { unreadCount }', {}, { token: made.secret });
  expect(await heard.ended).toMatchObject({ code: 4401 });
  expect(heard.heard).toEqual([]);
});
