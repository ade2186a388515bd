import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';
import { codeOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { IpAllowlists } from '../address-rule/ip-allowlists.js';

let server: TestServer;
let ada: Viewer;
beforeAll(async () => {
  server = await createTestServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  ada = await server.app.signedIn({ permissions: ['admin.users'] });
});
afterAll(() => server.close());

/**
 * What is really sent to PostgreSQL while a document is answered, over HTTP and with all that stands
 * before it. The least of three: what the queue asks meanwhile is not of the request.
 */
async function statementsOf(document: string, as: As): Promise<string[]> {
  // Prepared, pooled and read once before: what only the first request costs is another matter.
  await server.graphql(document, {}, as);
  let least: string[] | null = null;
  for (let round = 0; round < 3; round++) {
    const asked = await askedBy(document, as);
    if (!least || asked.length < least.length) least = asked;
  }
  return least!;
}

async function askedBy(document: string, as: As): Promise<string[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    const { errors } = await server.graphql(document, {}, as);
    expect(errors).toBeUndefined();
    return query.mock.calls.map(([asked]: unknown[]) =>
      typeof asked === 'string' ? asked : (asked as { text: string }).text,
    );
  } finally {
    query.mockRestore();
  }
}

const from = '203.0.113.7';
const site = '{ site { name } }';
const me = '{ me { username } }';

test('a request with a session asks the database one thing more than one without', async () => {
  const session = { cookie: server.app.secretOf(ada), from };
  const bare = await statementsOf(site, { from });
  expect(bare).toHaveLength(1);
  expect(await statementsOf(site, session)).toHaveLength(2);
  // Who somebody is, what may be done, and the account itself: all by that one.
  const alone = [expect.stringContaining('from session')];
  expect(await statementsOf(me, session)).toEqual(alone);
  const rights = '{ me { username role permissions } }';
  expect(await statementsOf(rights, session)).toEqual(alone);
});

test('nor does a list of addresses, a second factor or a policy cost another', async () => {
  const session = { cookie: server.app.secretOf(ada), from };
  const entries = [{ cidr: from }];
  const { app } = server;
  await codeOf(app.unit(() => app.get(IpAllowlists).set(ada, { enabled: true, entries })));
  await app.unit(() =>
    app.kernel.database.query('update site set require_two_factor_for_admins = true'),
  );
  expect(await statementsOf(site, session)).toHaveLength(2);
});

test('a secret that is nobody’s costs two, since a secret of seconds ago may still come', async () => {
  const stolen = { cookie: 'x'.repeat(43), from };
  const asked = await statementsOf(site, stolen);
  expect(asked.filter((text) => text.includes('from session'))).toHaveLength(2);
  expect(asked).toHaveLength(3);
});
