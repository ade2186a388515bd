import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import { Limits } from './limits.js';

let server: TestServer;
let second: TestServer;
beforeAll(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
});
afterAll(async () => {
  await second.close();
  await server.close();
});

test('an open page hears its own limits change, from another server too, and nobody else’s', async () => {
  const { app } = server;
  const root = await app.signedIn({ permissions: ['admin.users'] });
  const [ada, ben] = [await app.signedIn(), await app.signedIn()];
  const document = 'subscription { limits { key used limit percent } }';
  const heard = server.subscribe(document, {}, { cookie: app.secretOf(ada) });
  const other = server.subscribe(document, {}, { cookie: app.secretOf(ben) });
  const ready = async () => {
    // What was before the subscription is not told.
    await new Promise((resolve) => setTimeout(resolve, 300));
  };
  await ready();
  const set = (value: number) =>
    second.app.kernel.database.unitOfWork(() =>
      second.app.get(Limits).set(root, ada.accountId!, 'disk', value),
    );
  await set(1_000);
  expect((await heard.next()).data).toEqual({
    limits: { key: 'disk', used: 0, limit: 1_000, percent: 0 },
  });
  await set(1_000);
  await app.unit(() =>
    app.get(Limits).report(root, { username: ada.name, key: 'disk', used: 800 }),
  );
  expect((await heard.next()).data).toEqual({
    limits: { key: 'disk', used: 800, limit: 1_000, percent: 80 },
  });
  expect(other.heard).toEqual([]);
  await heard.stop();
  await other.stop();
});

test('who is not signed in hears nothing', async () => {
  const heard = server.subscribe('subscription { limits { key } }');
  expect(await heard.ended).toMatchObject({ code: 4401 });
  expect(heard.heard).toEqual([]);
});
