import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword, nobody } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { allowOnly } from '../../../test/places.js';
import { acknowledged, speak } from '../../../test/raw-socket.js';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const here = nobody.origin.address!;
const elsewhere = '198.51.100.9';

/** Behind a proxy on this machine, so that tests can come from where they want. */
let server: TestServer;
/** Without one. */
let bare: TestServer;
let ada: Viewer;
beforeAll(async () => {
  server = await createTestServer({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
  bare = await createTestServer();
});
beforeEach(async () => {
  ada = await server.app.signedIn();
});
afterAll(async () => {
  await server.close();
  await bare.close();
});

const session = (from?: string): As => ({ cookie: server.app.secretOf(ada), from });
const me = async (as: As, at = server) => {
  const answer = await at.graphql('{ me { username } }', {}, as);
  return refusalOf(answer)?.code ?? (answer.data?.['me'] as { username: string }).username;
};
const signIn = (login: string, password: string, as: As, at = server) =>
  at.graphql(
    `mutation ($login: String!, $password: String!) {
      signIn(input: { login: $login, password: $password }) { __typename } }`,
    { login, password },
    as,
  );
const newToken = async () => {
  await server.app.graphql('mutation { setApiAccess(enabled: true) { enabled } }', {}, ada);
  const { data } = await server.app.graphql(
    'mutation { createAccessToken(input: { name: "tool", scopes: [ACCOUNT_READ, NOTIFICATIONS_READ] }) { secret } }',
    {},
    ada,
  );
  return (data as { createAccessToken: { secret: string } }).createAccessToken.secret;
};

describe('requests from a forbidden address', () => {
  test('are refused with a session and with a token, and let through from a listed one', async () => {
    const token = await newToken();
    await allowOnly(server.app, ada, here);
    expect(await me(session(here))).toBe(ada.name);
    expect(await me(session(elsewhere))).toBe('IP_NOT_ALLOWED');
    expect(await me({ token, from: here, origin: null })).toBe(ada.name);
    expect(await me({ token, from: elsewhere, origin: null })).toBe('IP_NOT_ALLOWED');
    const change = 'mutation { updateProfile(input: { displayName: "Eve" }) { name } }';
    const refused = await server.graphql(change, {}, session(elsewhere));
    expect(refusalOf(refused)?.code).toBe('IP_NOT_ALLOWED');
    expect(refused.data?.['updateProfile'] ?? null).toBeNull();
  });

  test('still open the sign-in page there, and somebody else may sign in with that browser', async () => {
    await allowOnly(server.app, ada, here);
    const eve = await server.app.signedIn();
    const site = await server.graphql('{ site { name } }', {}, session(elsewhere));
    expect(site.data).toEqual({ site: { name: 'Gatehouse' } });
    const answer = await signIn(eve.name, goodPassword, session(elsewhere));
    expect(answer.data).toEqual({ signIn: { __typename: 'SignedIn' } });
    const out = await server.graphql('mutation { signOut }', {}, session(elsewhere));
    expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/);
  });

  test('are refused where the proxy’s header cannot be read, also if everything is listed', async () => {
    await allowOnly(server.app, ada, '0.0.0.0/0', '::/0');
    expect(await me(session(elsewhere))).toBe(ada.name);
    for (const from of ['unknown', `${here}, garbage`, '203.0.113.7:80', '']) {
      expect(await me(session(from)), from).toBe('IP_NOT_ALLOWED');
    }
    expect(refusalOf(await signIn(ada.name, goodPassword, { from: 'unknown' }))?.code).toBe(
      'INVALID_CREDENTIALS',
    );
    const eve = await server.app.signedIn();
    const hers = { cookie: server.app.secretOf(eve), from: 'unknown' };
    expect(await me(hers)).toBe(eve.name);
  });

  test('count by the right-most address that is no proxy’s, whatever the client wrote before it', async () => {
    await allowOnly(server.app, ada, here);
    expect(await me(session(`${here}, ${elsewhere}`))).toBe('IP_NOT_ALLOWED');
    expect(await me(session(`${elsewhere}, ${here}, 127.0.0.1`))).toBe(ada.name);
  });
});

test('forged headers change nothing where no proxy is trusted', async () => {
  const eve = await bare.app.signedIn();
  const cookie = bare.app.secretOf(eve);
  const local = { ...eve, origin: { address: '127.0.0.1', userAgent: 'test' } };
  await allowOnly(bare.app, local, '127.0.0.1');
  for (const from of [elsewhere, '127.0.0.1', 'garbage', undefined]) {
    expect(await me({ cookie, from }, bare)).toBe(eve.name);
  }
  await allowOnly(bare.app, eve, here);
  expect(await me({ cookie, from: here }, bare)).toBe('IP_NOT_ALLOWED');
  const forged = { cookie, 'x-real-ip': here, forwarded: `for=${here}` };
  const answer = await fetch(`${bare.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: bare.app.config.publicUrl,
      cookie: `gatehouse=${cookie}`,
      'x-real-ip': forged['x-real-ip'],
      forwarded: forged.forwarded,
      'true-client-ip': here,
    },
    body: JSON.stringify({ query: '{ me { id } }' }),
  });
  expect(refusalOf((await answer.json()) as never)?.code).toBe('IP_NOT_ALLOWED');
});

describe('sockets', () => {
  test('of a forbidden address are closed with 4403 within a second of the change, others stay', async () => {
    const token = await newToken();
    const listening = 'subscription { unreadCount }';
    const mine = server.subscribe(listening, {}, session(here));
    const far = server.subscribe(listening, {}, session(elsewhere));
    const tool = server.subscribe(listening, {}, { token, from: elsewhere, origin: null });
    await Promise.all([mine.next(), far.next(), tool.next()]);
    const begun = performance.now();
    await allowOnly(server.app, ada, here);
    expect(await far.ended).toMatchObject({ code: 4403 });
    expect(await tool.ended).toMatchObject({ code: 4403 });
    expect(performance.now() - begun).toBeLessThan(1_000);
    const over = await Promise.race([
      mine.ended,
      new Promise((open) => setTimeout(open, 300, 'open')),
    ]);
    expect(over).toBe('open');
  });

  test('are not opened from there', async () => {
    const token = await newToken();
    await allowOnly(server.app, ada, here);
    const { closed } = speak(server.socket(session(elsewhere)));
    expect(await closed).toMatchObject({ code: 4403 });
    const tool = server.socket({ from: elsewhere, origin: null });
    expect(await speak(tool, { authorization: `Bearer ${token}` }).closed).toMatchObject({
      code: 4403,
    });
    const open = speak(server.socket(session(here)));
    await open.hear(acknowledged);
    open.wire.terminate();
  });

  test('that a trial let in are closed when it falls back', async () => {
    await allowOnly(server.app, ada, here);
    await server.app.graphql('mutation { confirmIpAllowlist { hasPassword } }', {}, ada);
    await allowOnly(server.app, ada, here, elsewhere);
    const far = server.subscribe('subscription { unreadCount }', {}, session(elsewhere));
    await far.next();
    server.app.clock.advance(120_000);
    const job = server.app.house.jobs.find(({ name }) => name === 'ip_allowlist.revert')!;
    await server.app.unit(() => job.run({ accountId: ada.accountId }));
    expect(await far.ended).toMatchObject({ code: 4403 });
  });
});
