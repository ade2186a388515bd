import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import { supportAccessChanged } from './support-accesses.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

test('whoever may see support access is told at once, and whenever it changes', async () => {
  const ada = await server.app.signedIn({ permissions: ['admin.system.support'] });
  const as = { cookie: server.app.secretOf(ada) };
  const followed = server.subscribe('subscription { supportAccess { active } }', {}, as);
  expect(await followed.next()).toEqual({ data: { supportAccess: { active: false } } });
  await server.app.unit(() => server.app.kernel.live.publish(supportAccessChanged, {}));
  expect(await followed.next()).toEqual({ data: { supportAccess: { active: false } } });
});
