import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { gatehouse } from '../../../test/command-line.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ username: 'ada' });
});
afterAll(() => app.close());

interface Shown {
  readonly key: string;
  readonly limit: number;
}
const limits = async () => {
  const { data } = await app.graphql('{ me { limits { key limit } } }', {}, ada);
  return (data as { me: { limits: Shown[] } }).me.limits;
};

test('a quota is set as a person writes it, and recorded as everywhere', async () => {
  const set = await gatehouse(app, 'user quota -u ADA -o 1.5TiB');
  expect(set).toMatchObject({ code: 0, err: '' });
  expect(set.out).toMatch(/^OF WHAT +USED +LIMIT\s+disk +0 B +1\.65 TB +0 %\n$/);
  await gatehouse(app, 'user quota -u ada -o 20 -k email_accounts');
  await gatehouse(app, 'user quota -u ada -o 5 -k databases');
  expect(await limits()).toEqual([
    { key: 'disk', limit: 1.5 * 2 ** 40 },
    { key: 'email_accounts', limit: 20 },
    { key: 'archives', limit: -1 },
    { key: 'databases', limit: 5 },
  ]);
  await gatehouse(app, 'user quota -u ada -o unlimited');
  expect((await limits())[0]).toEqual({ key: 'disk', limit: -1 });
  const log = await app.unit(() =>
    app.kernel.database.query(
      `select actor, details from activity where kind = 'user.limit_set' order by id limit 1`,
    ),
  );
  expect(log).toEqual([
    {
      actor: 'root (command line)',
      details: { key: 'disk', from: -1, value: 1.5 * 2 ** 40 },
    },
  ]);
});

test('without a limit to set it shows them all', async () => {
  const { code, out } = await gatehouse(app, 'user quota -u ada --json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    username: 'ada',
    limits: (await limits()).map(({ key, limit }) => ({ key, limit })),
  });
});

test.each([
  ['user quota -u nobody9 -o 5GB', 'There is no account nobody9. (username)', 1],
  ['user quota -u ada -o plenty', '“plenty” is not a limit.', 1],
  ['user quota -u ada -o 20GB -k email_accounts', 'Write it like 20 or unlimited. (limit)', 1],
  ['user quota -u ada -o -5', 'is not a limit', 1],
  ['user quota -u ada -o 5 -k No', 'A limit’s key has', 1],
  ['user quota -o 5GB', 'required option', 2],
])('%s is refused and changes nothing', async (line, says, code) => {
  const before = await limits();
  const run = await gatehouse(app, line);
  expect(run).toMatchObject({ code, out: '' });
  expect(run.err).toContain(says);
  expect(await limits()).toEqual(before);
});
