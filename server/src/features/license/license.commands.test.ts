import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { gatehouse } from '../../../test/command-line.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { ApiKeys } from './api-keys.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ username: 'ada' });
});
afterAll(() => app.close());

const held = async () => {
  const { data } = await app.graphql('{ me { licenses { id product active } } }', {}, ada);
  return (data as { me: { licenses: { id: string; product: string; active: boolean }[] } }).me
    .licenses;
};
const issue = async (product: string) => {
  const run = await gatehouse(app, ['license', 'issue', '-u', 'ada', '-p', product, '--json']);
  expect(run).toMatchObject({ code: 0, err: '' });
  return JSON.parse(run.out) as { id: string };
};

test('a license is issued, listed with its keys and never a secret, and revoked once', async () => {
  expect((await gatehouse(app, 'license list -u ada')).out).toBe('No licenses.\n');
  const { id } = await issue('Backup Pro');
  expect(await held()).toEqual([{ id, product: 'Backup Pro', active: true }]);
  const { secret, apiKey } = await app.unit(() => app.get(ApiKeys).create(ada, id, 'nas'));
  const listed = await gatehouse(app, 'license list -u ada --json');
  expect(JSON.parse(listed.out)).toMatchObject([
    { id, active: true, apiKeys: [{ label: 'nas', prefix: apiKey.prefix, lastUsedAt: null }] },
  ]);
  expect(listed.out).not.toContain(secret.slice(8));
  expect((await gatehouse(app, 'license list -u ada')).out).toMatch(/Backup Pro +active +\S+ +1\n/);

  const revoked = await gatehouse(app, `license revoke ${id}`);
  expect(revoked).toEqual({ code: 0, out: 'The license for Backup Pro is revoked.\n', err: '' });
  expect(await held()).toMatchObject([{ id, active: false }]);
  expect(await gatehouse(app, `license revoke ${id}`)).toMatchObject({ code: 1, out: '' });
  const log = await app.unit(() =>
    app.kernel.database.query(
      `select kind, actor from activity where kind like 'license.%' order by id`,
    ),
  );
  expect(log).toEqual(
    ['license.issued', 'license.revoked'].map((kind) => ({ kind, actor: 'root (command line)' })),
  );
});

test.each([
  [['license', 'issue', '-u', 'nobody9', '-p', 'X'], 'There is no account nobody9.', 1],
  [['license', 'issue', '-u', 'ada', '-p', ''], '(product)', 1],
  [['license', 'issue', '-u', 'ada'], 'required option', 2],
  [['license', 'revoke', 'nothing'], 'This is not a license’s id. (id)', 1],
  [['license', 'list', '-u', 'nobody9'], 'There is no account nobody9.', 1],
])('%j is refused', async (words, says, code) => {
  const before = await held();
  const run = await gatehouse(app, words);
  expect(run).toMatchObject({ code, out: '' });
  expect(run.err).toContain(says);
  expect(await held()).toEqual(before);
});
