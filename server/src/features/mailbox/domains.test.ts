import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
/** A mail server's token. */
let server: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  const root = await app.signedIn({ username: 'root1', permissions: ['admin.users'] });
  server = { ...root, kind: 'token', scopes: new Set(['USAGE_WRITE']) };
});
afterAll(() => app.close());

const putDomain = (who: Viewer, name: string, viewer = server) =>
  app.graphql(
    'mutation ($u: String!, $n: String!) { putDomain(username: $u, name: $n) { name createdAt } }',
    { u: who.name, n: name },
    viewer,
  );
const told = (who: Viewer) =>
  app.unit(() =>
    app.kernel.database.query(
      `select m.type, m.data from message m join notification n on n.message_id = m.id
       where n.account_id = $1 order by m.id`,
      [who.accountId],
    ),
  );

describe('a domain', () => {
  test('is told of when it is new, and not again', async () => {
    const ada = await app.signedIn();
    const first = await putDomain(ada, 'Shop.Example.ORG');
    expect(first.data).toMatchObject({ putDomain: { name: 'shop.example.org' } });
    app.clock.advance(1_000);
    expect((await putDomain(ada, 'shop.example.org')).data).toEqual(first.data);
    expect(await told(ada)).toEqual([
      {
        type: 'domain.created',
        data: { object: 'shop.example.org', domain: 'shop.example.org', event: 'created' },
      },
    ]);
    const { data } = await app.graphql(
      '{ me { domains(search: "shop") { totalCount nodes { name } } } }',
      {},
      ada,
    );
    expect(data).toEqual({
      me: { domains: { totalCount: 1, nodes: [{ name: 'shop.example.org' }] } },
    });
  });

  test('put twenty times at once is told of once', async () => {
    const ada = await app.signedIn();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => putDomain(ada, 'rush.example')),
    );
    expect(answers.map(refusalOf).filter(Boolean)).toEqual([]);
    expect(await told(ada)).toHaveLength(1);
  });

  test('is one user’s, and free once it is removed', async () => {
    const [ada, ben] = [await app.signedIn(), await app.signedIn()];
    const removeDomain = async (who: Viewer) =>
      (
        await app.graphql(
          'mutation ($u: String!, $n: String!) { removeDomain(username: $u, name: $n) }',
          { u: who.name, n: 'one.example' },
          server,
        )
      ).data?.['removeDomain'];
    await putDomain(ada, 'one.example');
    expect(refusalOf(await putDomain(ben, 'one.example'))).toMatchObject({
      code: 'TAKEN',
      field: 'name',
    });
    expect([await removeDomain(ben), await removeDomain(ada), await removeDomain(ada)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(refusalOf(await putDomain(ben, 'one.example'))).toBeNull();
  });

  test.each(['', 'no domain', 'http://a.example', 'a@b.example', '127.0.0.1'])(
    'is not %j',
    async (name) => {
      const ada = await app.signedIn();
      expect(refusalOf(await putDomain(ada, name))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'name',
      });
    },
  );
});
