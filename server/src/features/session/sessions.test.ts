import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { newId } from '../../kernel/id.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Sessions } from './sessions.js';

let app: TestApp;
let ada: Viewer;
let other: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  other = await open(ada);
});
afterAll(() => app.close());

const open = async (viewer: Viewer, origin = nobody.origin) => {
  const { secret } = await app.unit(() =>
    app
      .get(Sessions)
      .open(viewer.accountId!, 'PASSWORD', origin, { remember: true, confirmed: true }),
  );
  return viewerOf(app, secret);
};
const kinds = async (viewer: Viewer) => {
  const rows = await app.unit(() =>
    app.kernel.database.query<{ kind: string }>(
      'select kind from activity where account_id = $1 order by id',
      [viewer.accountId],
    ),
  );
  return rows.map((row) => row.kind);
};
const exists = async (viewer: Viewer) =>
  (
    await app.unit(() =>
      app.kernel.database.query('select 1 from session where id = $1', [viewer.credentialId]),
    )
  ).length === 1;
const revoke = (viewer: Viewer, id: string) =>
  app.graphql(
    'mutation ($id: ID!) { revokeSession(id: $id) { sessions { id current } } }',
    { id },
    viewer,
  );

describe('the list of sessions', () => {
  test('has one’s own first, then the latest active, and says what each is', async () => {
    app.clock.advance(120_000);
    const phone = await open(
      ada,
      anonymous({
        address: '2001:db8::7',
        userAgent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      }).origin,
    );
    const { data } = await app.graphql(
      '{ me { security { sessions { id current browser os device ipAddress country method } } } }',
      {},
      ada,
    );
    const { sessions } = (data as { me: { security: { sessions: { id: string }[] } } }).me.security;
    expect(sessions.map(({ id }) => id)).toEqual([
      ada.credentialId,
      phone.credentialId,
      other.credentialId,
    ]);
    expect(sessions[1]).toMatchObject({
      current: false,
      browser: 'Safari 18',
      os: 'iOS',
      device: 'Phone',
      ipAddress: '2001:db8::7',
      country: null,
      method: 'PASSWORD',
    });
  });

  test('is not for access tokens', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_READ', 'ADMIN']) };
    const answer = await app.graphql('{ me { security { sessions { id } } } }', {}, token);
    expect(refusalOf(answer)?.code).toBe('FORBIDDEN');
  });

  test('holds fifty: the one that rested longest goes', async () => {
    app.clock.advance(60_000);
    for (let n = 0; n < 48; n += 1) await open(ada);
    await viewerOf(app, app.secretOf(ada));
    app.clock.advance(1_000);
    await open(ada);
    expect(await exists(other)).toBe(false);
    expect(await exists(ada)).toBe(true);
  });
});

describe('revoking', () => {
  test('ends the session and is in the log', async () => {
    const answer = await revoke(ada, other.credentialId!);
    expect(answer.data).toEqual({
      revokeSession: { sessions: [{ id: ada.credentialId, current: true }] },
    });
    expect(await kinds(ada)).toContain('session.revoked');
  });

  test('somebody else’s session is as if there were none', async () => {
    const eve = await app.signedIn();
    for (const id of [ada.credentialId!, newId()]) {
      expect(refusalOf(await revoke(eve, id))).toEqual({ code: 'NOT_FOUND', field: 'id' });
    }
    expect(await exists(ada)).toBe(true);
    expect(await kinds(eve)).not.toContain('session.revoked');
  });

  test.each(['', 'x', '1', '\0', "' or true --", '00000000-0000-0000-0000-00000000000g'])(
    '%j is no id',
    async (id) => {
      expect(refusalOf(await revoke(ada, id))).toEqual({ code: 'BAD_USER_INPUT', field: 'id' });
    },
  );

  test('all others leaves this one, and nobody else’s', async () => {
    const eve = await app.signedIn();
    await open(ada);
    const answer = await app.graphql(
      'mutation { revokeOtherSessions { sessions { id } } }',
      {},
      ada,
    );
    expect(answer.data).toEqual({ revokeOtherSessions: { sessions: [{ id: ada.credentialId }] } });
    expect(await exists(eve)).toBe(true);
  });

  test('of two browsers that revoke each other at once one stays', async () => {
    await Promise.all(
      [ada, other].map((viewer) =>
        app.graphql('mutation { revokeOtherSessions { hasPassword } }', {}, viewer),
      ),
    );
    expect([await exists(ada), await exists(other)].filter(Boolean).length).toBeLessThan(2);
  });
});

describe('signing out', () => {
  test('ends this session only, and is noted', async () => {
    expect((await app.graphql('mutation { signOut }', {}, ada)).data).toEqual({ signOut: true });
    expect(await exists(ada)).toBe(false);
    expect(await exists(other)).toBe(true);
    expect(await kinds(ada)).toContain('session.signed_out');
  });

  test('ends what stands behind it in the same document, too', async () => {
    const document = 'mutation { signOut updateProfile(input: { displayName: "Eve" }) { name } }';
    expect(refusalOf(await app.graphql(document, {}, ada))?.code).toBe('UNAUTHENTICATED');
    const rows = await app.unit(() =>
      app.kernel.database.query('select 1 from account where display_name is not null'),
    );
    expect(rows).toEqual([]);
  });

  test('is no mistake when nobody is signed in any more', async () => {
    expect((await app.graphql('mutation { signOut }')).data).toEqual({ signOut: true });
  });

  test('is refused to an access token', async () => {
    const token: Viewer = { ...ada, kind: 'token', scopes: new Set(['ACCOUNT_WRITE']) };
    const answer = await app.graphql('mutation { signOut }', {}, token);
    expect(refusalOf(answer)?.code).toBe('FORBIDDEN');
  });
});
