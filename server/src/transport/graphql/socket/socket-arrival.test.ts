import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestServer } from '../../../../test/server.js';
import type { TestServer } from '../../../../test/server.js';
import { Sessions } from '../../../features/session/sessions.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

test('a socket whose session ends while it is being opened is closed like every other', async () => {
  const { app } = server;
  const ada = await app.signedIn();
  const source = app.house.credentials.find(({ makes }) => makes === 'session')!;
  const identify = source.identify.bind(source);
  const slow = vi.spyOn(source, 'identify').mockImplementation(async (secret, origin) => {
    const viewer = await identify(secret, origin);
    // Signed out in another tab: the hint comes before the socket is among those that hear it.
    const heard = new Promise<void>((resolve) => {
      const stop = app.kernel.live.subscribe('credentials', () => {
        stop();
        resolve();
      });
    });
    await app.unit(() => app.get(Sessions).signOut(ada));
    await heard;
    return viewer;
  });
  const wire = server.socket({ cookie: app.secretOf(ada) });
  const closed = new Promise<number>((resolve) => wire.once('close', resolve));
  await new Promise((resolve) => wire.once('open', resolve));
  wire.send(JSON.stringify({ type: 'connection_init' }));
  // Sooner than the sweep of every half minute, which would find it as well.
  expect(await closed).toBe(4401);
  slow.mockRestore();
});
