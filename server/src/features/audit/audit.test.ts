import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Json } from '../../kernel/live/live.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';

let app: TestApp;
let auditor: Viewer;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  auditor = await app.signedIn({ username: 'auditor', permissions: ['admin.audit'] });
});
beforeEach(async () => {
  app.clock.advance(60_000);
  ada = await app.signedIn();
  app.clock.advance(60_000);
});
afterAll(() => app.close());

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const italy = { address: '193.206.1.1', userAgent: firefox };

function record(kind: string, details: Record<string, Json> = {}, viewer: Viewer = ada) {
  app.clock.advance(1_000);
  const from = { ...viewer, origin: italy };
  return app.unit(() => app.get(Activities).record(from, ada.accountId, kind, details));
}

interface Node {
  kind: string;
  reference: string;
  [field: string]: unknown;
}
interface Connection {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

const fields = `nodes { id kind at ipAddress country browser os actor details reference }
  pageInfo { hasNextPage startCursor endCursor }`;
const ownDocument = `query ($first: Int! = 20, $after: String, $kind: String, $search: String, $from: DateTime, $to: DateTime) {
  me { activity(first: $first, after: $after, kind: $kind, search: $search, from: $from, to: $to) { ${fields} } } }`;
const allDocument = `query ($username: String, $kind: String, $search: String, $first: Int! = 20) {
  admin { activity(username: $username, kind: $kind, search: $search, first: $first) { ${fields} } } }`;

async function own(variables = {}, viewer = ada): Promise<Connection> {
  const { data, errors } = await app.graphql(ownDocument, variables, viewer);
  expect(errors).toBeUndefined();
  return (data as { me: { activity: Connection } }).me.activity;
}
async function all(variables = {}): Promise<Connection> {
  const { data, errors } = await app.graphql(allDocument, variables, auditor);
  expect(errors).toBeUndefined();
  return (data as { admin: { activity: Connection } }).admin.activity;
}
const kinds = ({ nodes }: Connection) => nodes.map(({ kind }) => kind);

describe('somebody who looks at what happened', () => {
  test('reads what, when, by whom, from where and with what, newest first', async () => {
    await record('passkey.added', { name: 'YubiKey 5' });
    await record('session.revoked', { ended: 2 }, auditor);
    const { nodes } = await own();
    expect(nodes.slice(0, 2)).toEqual([
      {
        id: expect.any(String) as string,
        kind: 'session.revoked',
        at: app.clock.now().toISOString(),
        ipAddress: '193.206.1.1',
        country: 'IT',
        browser: 'Firefox 128',
        os: 'Linux',
        actor: 'auditor',
        details: { ended: 2 },
        reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/) as string,
      },
      expect.objectContaining({ kind: 'passkey.added', details: { name: 'YubiKey 5' } }),
    ]);
  });

  test('sees nothing of anybody else', async () => {
    await record('totp.enrolled');
    const ben = await app.signedIn();
    expect(kinds(await own({}, ben))).not.toContain('totp.enrolled');
    expect(kinds(await own({ search: 'totp' }, ben))).toEqual([]);
  });

  test('goes through it page by page: each once, also what happened in the same instant', async () => {
    for (let count = 0; count < 5; count += 1) {
      await app.unit(() => app.get(Activities).record(ada, ada.accountId, 'sign_in.failed'));
    }
    const seen: Node[] = [];
    let after: string | null = null;
    do {
      const page: Connection = await own({ first: 2, after, kind: 'sign_in.failed' });
      seen.push(...page.nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toHaveLength(5);
    expect(new Set(seen.map(({ reference }) => reference)).size).toBe(5);
  });

  test('filters by a kind, and by all kinds of one thing', async () => {
    await record('passkey.added', { name: 'A' });
    await record('passkey.removed', { name: 'A' });
    await record('passkeys.other');
    expect(kinds(await own({ kind: 'passkey.added' }))).toEqual(['passkey.added']);
    expect(kinds(await own({ kind: 'passkey' }))).toEqual(['passkey.removed', 'passkey.added']);
    expect(kinds(await own({ kind: 'pass' }))).toEqual([]);
  });

  test('filters by time, the end not included', async () => {
    await record('totp.enrolled');
    const from = app.clock.now().toISOString();
    await record('totp.disabled');
    const to = app.clock.now().toISOString();
    expect(kinds(await own({ from, to }))).toEqual(['totp.enrolled']);
    const { errors } = await app.graphql(ownDocument, { from: to, to: from }, ada);
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'to' });
  });

  test.each([
    ['yubikey 5', 1],
    ['PASSKEY', 1],
    ['193.206', 1],
    ['firefox linux', 1],
    ['firefox windows', 0],
    ['deep', 1],
    ['name', 0],
    ['100%', 0],
    ['_', 1],
  ])('searching for %j finds %i', async (search, count) => {
    await record('passkey.added', { name: 'YubiKey 5 è_', more: [{ inner: 'deep' }] });
    const { nodes } = await own({ search, kind: 'passkey' });
    expect(nodes).toHaveLength(count);
  });

  test.each([
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ after: 'forged' }, 'after'],
    [{ kind: 'x'.repeat(65) }, 'kind'],
    [{ search: 'x'.repeat(201) }, 'search'],
    [{ search: 'a\u0000b' }, 'search'],
  ])('%j is refused at its field', async (variables, field) => {
    const answer = await app.graphql(ownDocument, variables, ada);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('is told of a year, not more', async () => {
    await record('totp.enrolled');
    app.clock.advance(366 * 86_400_000);
    await app.unit(() => app.get(Activities).record(ada, ada.accountId, 'totp.disabled'));
    expect(kinds(await own({ kind: 'totp' }))).toEqual(['totp.disabled']);
    expect(kinds(await own({ kind: 'totp', from: '2020-01-01T00:00:00Z' }))).toHaveLength(1);
  });

  test('with an access token needs the scope, and without an account finds nobody', async () => {
    const token = (scope: 'ACCOUNT_READ' | 'NOTIFICATIONS_READ'): Viewer => ({
      ...ada,
      kind: 'token',
      scopes: new Set([scope]),
    });
    expect(kinds(await own({}, token('ACCOUNT_READ')))).toContain('account.created');
    const refused = await app.graphql(ownDocument, {}, token('NOTIFICATIONS_READ'));
    expect(refusalOf(refused)?.code).toBe('FORBIDDEN');
    expect((await app.graphql(ownDocument)).data).toEqual({ me: null });
  });
});

describe('somebody who holds a mail against the site', () => {
  const check = async (reference: string, viewer = ada) => {
    const document = `query ($r: String!) { me { activityByReference(reference: $r) { kind } } }`;
    const { data, errors } = await app.graphql(document, { r: reference }, viewer);
    expect(errors).toBeUndefined();
    return (data as { me: { activityByReference: Node | null } }).me.activityByReference;
  };

  test('finds the event by its reference, however it was typed', async () => {
    await record('password.changed');
    const { reference } = (await own()).nodes[0]!;
    expect(await check(reference)).toEqual({ kind: 'password.changed' });
    const sloppy = ` ${reference.toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    expect(await check(sloppy)).toEqual({ kind: 'password.changed' });
  });

  test('is told no for one that is made up, or somebody else’s', async () => {
    await record('password.changed');
    const { reference } = (await own()).nodes[0]!;
    const ben = await app.signedIn();
    expect(await check(reference, ben)).toBeNull();
    expect(await check('AAAA-AAAA')).toBeNull();
    expect(await check('')).toBeNull();
    expect(await check('%')).toBeNull();
  });

  test('cannot go through all that there might be', async () => {
    const ask = () =>
      app.graphql('{ me { activityByReference(reference: "AAAA-AAAA") { kind } } }', {}, ada);
    await app.unit(() => app.kernel.database.query('delete from rate_limit'));
    for (let time = 0; time < 30; time++) expect(refusalOf(await ask())).toBeNull();
    expect(refusalOf(await ask())).toMatchObject({ code: 'RATE_LIMITED' });
    app.clock.advance(600_000);
    expect(refusalOf(await ask())).toBeNull();
  });
});

describe('who audits', () => {
  test('sees everybody’s, and one account’s by its name', async () => {
    await record('totp.enrolled');
    await app.unit(() => app.get(Activities).record(nobody, null, 'site.tried'));
    expect(kinds(await all({ first: 2 }))).toEqual(['site.tried', 'totp.enrolled']);
    const one = await all({ username: ada.name.toUpperCase() });
    expect(kinds(one)).toEqual(['totp.enrolled', 'password.changed', 'account.created']);
    expect(kinds(await all({ username: 'nobody-such' }))).toEqual([]);
  });

  test('finds what an administrator did by that name', async () => {
    await record('user.disabled', {}, auditor);
    expect(kinds(await all({ search: 'auditor', kind: 'user.disabled' }))).toEqual([
      'user.disabled',
    ]);
  });

  test('needs the permission for it', async () => {
    const other = await app.signedIn({ permissions: ['admin.users'] });
    expect(refusalOf(await app.graphql(allDocument, {}, other))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await app.graphql(allDocument, {}, ada))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await app.graphql(allDocument))?.code).toBe('UNAUTHENTICATED');
  });
});
