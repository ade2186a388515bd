import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { createTestServer } from '../../../test/server.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ WORKER: 'false' });
});
afterAll(() => app.close());

interface Row {
  readonly name: string;
  readonly holder: string;
  readonly at: Date | null;
}

const hosts = () => app.unit(() => app.kernel.database.query<Row>('select * from host'));

test(
  'a server samples its host, a second one does not, and takes over when the first stops',
  {
    timeout: 40_000,
  },
  async () => {
    const first = await createTestServer({ app });
    await expect.poll(async () => (await hosts())[0]?.at, { timeout: 15_000 }).toBeInstanceOf(Date);
    const [before, ...others] = await hosts();
    expect(before!.name).toBe(hostname());
    expect(others).toEqual([]);
    const second = await createTestServer({ beside: first });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await hosts()).map(({ holder }) => holder)).toEqual([before!.holder]);
    // The clock of both stands still: only what is given up changes hands.
    await first.close();
    const holder = async () => (await hosts())[0]!.holder;
    await expect.poll(holder, { timeout: 15_000 }).not.toBe(before!.holder);
    await second.close();
    const waiting = await app.unit(() =>
      app.kernel.database.query(`select 1 from host where held_until = '-infinity'`),
    );
    expect(waiting).toHaveLength(1);
  },
);
