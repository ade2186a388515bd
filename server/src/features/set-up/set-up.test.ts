import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { UserCreation } from '../user/user-creation.js';
import { allPermissions } from '../permission/permissions.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import { Sites } from '../site/sites.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const setUp = `mutation ($input: SetUpSiteInput!) {
  setUpSite(input: $input) { account { username role permissions emailVerified unreadCount security { sessions { current method } } } }
}`;
const input = { username: 'lovelace', email: 'ada@example.org', password: 'an engine of brass' };
const token = () => app.unit(() => app.get(Sites).offerSetUp());

describe('the first set-up', () => {
  test('prints the same token at every start until it is used', async () => {
    const first = await token();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(await token()).toBe(first);
  });

  test('refuses a wrong token by the name of its field, and makes nobody', async () => {
    const { errors } = await app.graphql(setUp, { input: { ...input, token: 'wrong' } });
    expect(errors?.[0]?.extensions).toEqual({ code: 'INVALID_TOKEN', field: 'token' });
    expect((await app.graphql('{ site { needsSetUp } }')).data).toEqual({
      site: { needsSetUp: true },
    });
  });

  test('a weak password says why and leaves the token good', async () => {
    const weak = { ...input, token: await token(), password: 'lovelace-q7' };
    const { errors } = await app.graphql(setUp, { input: weak });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'WEAK_PASSWORD',
      field: 'password',
      issues: ['TOO_SHORT', 'CONTEXTUAL'],
    });
    expect(await token()).not.toBeNull();
  });

  test('of fifty at once one becomes the administrator, signed in with every permission', async () => {
    const secret = await token();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        app.graphql(setUp, {
          input: { ...input, token: secret, username: `ada${n}`, email: `ada${n}@example.org` },
        }),
      ),
    );
    const won = answers.filter((answer) => !answer.errors);
    expect(won).toHaveLength(1);
    expect(won[0]!.data!['setUpSite']).toMatchObject({
      account: {
        role: 'ADMIN',
        permissions: [...allPermissions],
        emailVerified: false,
        unreadCount: 0,
        security: { sessions: [{ current: true, method: 'SETUP' }] },
      },
    });
    for (const answer of answers) {
      if (answer.errors) expect(answer.errors[0]!.extensions.code).toBe('INVALID_TOKEN');
    }
    expect(await token()).toBeNull();
  });
});

describe('a site whose first administrator came by the command line', () => {
  test('is set up, and the token that was printed before opens nothing', async () => {
    const other = await createTestApp();
    try {
      const printed = await other.unit(() => other.get(Sites).offerSetUp());
      await other.unit(() =>
        other.get(UserCreation).create(commandViewer('root'), {
          username: 'grace',
          email: 'grace@example.org',
          password: 'a moth in a relay',
          role: 'ADMIN',
        }),
      );
      expect((await other.graphql('{ site { needsSetUp } }')).data).toEqual({
        site: { needsSetUp: false },
      });
      const { errors } = await other.graphql(setUp, { input: { ...input, token: printed } });
      expect(errors?.[0]?.extensions.code).toBe('INVALID_TOKEN');
    } finally {
      await other.close();
    }
  });
});
