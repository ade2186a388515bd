import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { acknowledged, codesOf, speak } from '../../../../test/raw-socket.js';
import { createTestServer } from '../../../../test/server.js';
import type { TestServer } from '../../../../test/server.js';
import { Notices } from '../../../features/notification/notices.js';
import { credentialsChanged } from '../../../kernel/access/credential.js';
import type { Viewer } from '../../../kernel/access/viewer.js';

const unread = 'subscription { unreadCount }';
const titles = `subscription { inbox { __typename ... on NotificationAdded { notification { title } } } }`;

let server: TestServer;
/** Another server over the same database. */
let other: TestServer;

beforeAll(async () => {
  server = await createTestServer();
  other = await createTestServer({ beside: server });
});
afterAll(async () => {
  await other.close();
  await server.close();
});
afterEach(() => server.app.clock.set(new Date()));

const cookieOf = (viewer: Viewer) => server.app.secretOf(viewer);
const query = (sql: string, values: readonly unknown[]) =>
  server.app.unit(() => server.app.kernel.database.query(sql, values));

async function tokenOf(viewer: Viewer, scopes: readonly string[] = ['NOTIFICATIONS_READ']) {
  const { app } = server;
  await app.graphql('mutation { setApiAccess(enabled: true) { enabled } }', {}, viewer);
  const create = `mutation ($input: CreateAccessTokenInput!) {
    createAccessToken(input: $input) { secret accessToken { id } } }`;
  const { data } = await app.graphql(create, { input: { name: 'program', scopes } }, viewer);
  const made = data!['createAccessToken'] as { secret: string; accessToken: { id: string } };
  return { token: made.secret, id: made.accessToken.id };
}

/** Waits until the server has the subscription, which answers its first question at once. */
async function watching(as: { cookie?: string; token?: string }, on = server) {
  const subscribed = on.subscribe(unread, {}, as);
  await subscribed.next();
  return subscribed;
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

describe('a socket ends within a second, on every server, when', () => {
  it('its session signs out', async () => {
    const viewer = await server.app.signedIn();
    const cookie = cookieOf(viewer);
    const sockets = [await watching({ cookie }), await watching({ cookie }, other)];
    await server.graphql('mutation { signOut }', {}, { cookie });
    for (const socket of sockets) {
      expect(await within(1_000, socket.ended)).toMatchObject({ code: 4401 });
    }
  });

  it('its session is revoked from another one, which stays', async () => {
    const { app } = server;
    const here = await app.signedIn({ username: 'both' });
    const input = { login: 'both', password: 'correct horse battery' };
    const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }';
    const answer = await server.graphql(signIn, { input });
    const [, there] = /gatehouse=([^;]+)/.exec(answer.headers.get('set-cookie')!)!;
    const kept = await watching({ cookie: cookieOf(here) }, other);
    const lost = await watching({ cookie: there! }, other);
    await app.graphql('mutation { revokeOtherSessions { hasPassword } }', {}, here);
    expect(await within(1_000, lost.ended)).toMatchObject({ code: 4401 });
    await app.unit(() =>
      app.get(Notices).send({
        type: 'admin.message',
        texts: { EN: { title: 'Still here', body: '' } },
        audience: { accountIds: [here.accountId!] },
      }),
    );
    expect(await kept.next()).toEqual({ data: { unreadCount: 1 } });
  });

  it('its access token is revoked', async () => {
    const viewer = await server.app.signedIn();
    const { token, id } = await tokenOf(viewer);
    const { token: another } = await tokenOf(viewer);
    const socket = await watching({ token }, other);
    const kept = await watching({ token: another });
    const revoke = 'mutation ($id: ID!) { revokeAccessToken(id: $id) { enabled } }';
    await server.app.graphql(revoke, { id }, viewer);
    expect(await within(1_000, socket.ended)).toMatchObject({ code: 4401 });
    await server.app.graphql('mutation { setApiAccess(enabled: false) { enabled } }', {}, viewer);
    expect(await within(1_000, kept.ended)).toMatchObject({ code: 4401 });
  });

  it('its account is disabled', async () => {
    const viewer = await server.app.signedIn();
    const { token } = await tokenOf(viewer);
    const sockets = [
      await watching({ cookie: cookieOf(viewer) }),
      await watching({ token }, other),
    ];
    await server.app.unit(() =>
      server.app.kernel.database.transaction(async () => {
        await query('update account set disabled_at = now() where id = $1', [viewer.accountId]);
        await server.app.kernel.live.publish(credentialsChanged, { accountId: viewer.accountId! });
      }),
    );
    for (const socket of sockets) {
      expect(await within(1_000, socket.ended)).toMatchObject({ code: 4403 });
    }
    const again = server.subscribe(unread, {}, { cookie: cookieOf(viewer) });
    expect(await again.ended).toMatchObject({ code: 4403 });
  });

  it('its time is over', async () => {
    const { app } = server;
    // Seven idle days ago less two seconds: it ends in two seconds.
    app.clock.set(new Date(Date.now() - 7 * 86_400_000 + 2_000));
    const viewer = await app.signedIn();
    const socket = await watching({ cookie: cookieOf(viewer) });
    app.clock.set(new Date(Date.now() + 5_000));
    expect(await within(4_000, socket.ended)).toMatchObject({ code: 4401 });
  });
});

describe('a subscription', () => {
  it('whose right ended says FORBIDDEN and completes, without waiting for an event', async () => {
    const viewer = await server.app.signedIn();
    const { token } = await tokenOf(viewer);
    const socket = speak(server.socket(), { authorization: `Bearer ${token}` });
    await socket.hear(acknowledged);
    socket.subscribe('one', unread);
    await socket.hear((message) => message.id === 'one');
    await server.app.unit(() =>
      server.app.kernel.database.transaction(async () => {
        const until = "update password set one_time_until = now() + interval '1 day'";
        await query(`${until} where account_id = $1`, [viewer.accountId]);
        await server.app.kernel.live.publish(credentialsChanged, { accountId: viewer.accountId! });
      }),
    );
    await within(
      1_000,
      socket.hear((message) => message.type === 'complete'),
    );
    const [, refused] = socket.heard.filter((message) => message.type === 'next');
    expect(codesOf(refused!)).toEqual(['FORBIDDEN']);
    // The socket itself stays: the token is good, only not for this.
    socket.subscribe('two', unread);
    const again = await socket.hear((message) => message.id === 'two');
    expect(codesOf(again)).toEqual(['PASSWORD_CHANGE_REQUIRED']);
    socket.wire.terminate();
  });

  it('speaks the language that is chosen meanwhile', async () => {
    const { app } = server;
    const viewer = await app.signedIn();
    const socket = server.subscribe(titles, {}, { cookie: cookieOf(viewer) });
    const ready = await watching({ cookie: cookieOf(viewer) });
    const install = () =>
      app.unit(() =>
        app.get(Notices).send({
          type: 'system.application_installed',
          texts: null,
          data: { application: 'Plex' },
          audience: { accountIds: [viewer.accountId!] },
        }),
      );
    await install();
    const english = await socket.next();
    const prefer = 'mutation { updatePreferences(input: { locale: IT }) { locale } }';
    await server.graphql(prefer, {}, { cookie: cookieOf(viewer) });
    await install();
    const italian = await socket.next();
    const titleOf = (heard: typeof english) =>
      (heard.data!['inbox'] as { notification: { title: string } }).notification.title;
    expect(titleOf(english)).toContain('Plex');
    expect(titleOf(italian)).toContain('Plex');
    expect(titleOf(italian)).not.toBe(titleOf(english));
    await ready.stop();
  });

  it('that is wrong is refused alone: the others on its socket go on', async () => {
    const viewer = await server.app.signedIn();
    const socket = speak(server.socket({ cookie: cookieOf(viewer) }));
    await socket.hear(acknowledged);
    socket.subscribe('good', unread);
    const wrong: [string, string, Record<string, unknown>, string][] = [
      ['parse', 'subscription {', {}, 'GRAPHQL_PARSE_FAILED'],
      ['valid', 'subscription { nope }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['two', 'subscription { unreadCount inbox { __typename } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      [
        'value',
        'subscription ($a: String) { inbox(after: $a) { __typename } }',
        { a: 5 },
        'BAD_USER_INPUT',
      ],
    ];
    for (const [id, text, variables, code] of wrong) {
      socket.subscribe(id, text, variables);
      expect(codesOf(await socket.hear((message) => message.id === id))).toContain(code);
    }
    socket.send({ type: 'complete', id: 'good' });
    socket.subscribe('still', unread);
    await socket.hear((message) => message.id === 'still');
    socket.wire.terminate();
  });

  it('stays open by pings and ends without leaving anything behind', async () => {
    const viewer = await server.app.signedIn();
    const socket = await watching({ cookie: cookieOf(viewer) });
    socket.cut();
    expect(await socket.ended).toMatchObject({ code: 1006 });
  });
});

describe('whoever opens a socket', () => {
  it('without signing in is told to', async () => {
    expect(await server.subscribe(unread).ended).toMatchObject({ code: 4401 });
    const stale = server.subscribe(unread, {}, { cookie: 'x'.repeat(43) });
    expect(await stale.ended).toMatchObject({ code: 4401 });
    const bad = server.subscribe(unread, {}, { token: 'gha_nonsense' });
    expect(await bad.ended).toMatchObject({ code: 4401 });
  });

  it('with a cookie must be a page of ours', async () => {
    const cookie = cookieOf(await server.app.signedIn());
    for (const origin of [null, 'https://evil.example', 'null']) {
      expect(await server.subscribe(unread, {}, { cookie, origin }).ended).toMatchObject({
        code: 1006,
      });
    }
    const own = server.subscribe(unread, {}, { cookie });
    expect(await own.next()).toEqual({ data: { unreadCount: 0 } });
  });

  it('with an access token may come from anywhere', async () => {
    const { token } = await tokenOf(await server.app.signedIn());
    const anywhere = server.subscribe(unread, {}, { token, origin: 'https://elsewhere.example' });
    expect(await anywhere.next()).toEqual({ data: { unreadCount: 0 } });
  });

  it('with an access token is only what the token may be, also beside a cookie', async () => {
    const viewer = await server.app.signedIn();
    const { token } = await tokenOf(viewer, ['ACCOUNT_READ']);
    const both = server.subscribe(unread, {}, { token, cookie: cookieOf(viewer) });
    const heard = await both.next();
    expect(heard.errors?.[0]!.extensions?.['code']).toBe('FORBIDDEN');
  });

  it('and says nothing is let go', async () => {
    const wire = server.socket({ cookie: cookieOf(await server.app.signedIn()) });
    const closed = new Promise<number>((resolve) => wire.once('close', resolve));
    expect(await within(5_000, closed)).toBe(4408);
  });

  it('and subscribes before it is known is let go', async () => {
    const wire = server.socket({ cookie: cookieOf(await server.app.signedIn()) });
    const closed = new Promise<number>((resolve) => wire.once('close', resolve));
    wire.once('open', () =>
      wire.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: unread } })),
    );
    expect(await closed).toBe(4401);
  });
});
