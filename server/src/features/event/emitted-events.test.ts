import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let host: Viewer;
let ada: Viewer;
let made = 0;
beforeAll(async () => {
  app = await createTestApp();
  host = await app.signedIn({ username: 'host', permissions: ['admin.notifications'] });
  ada = await app.signedIn({ username: 'ada' });
  await app.signedIn({ username: 'root2', role: 'ADMIN' });
  await app.signedIn({ username: 'gone', role: 'ADMIN' });
  await run(`update account set disabled_at = now() where username = 'gone'`);
});
beforeEach(() => run('delete from message'));
afterAll(() => app.close());

const run = (sql: string) => app.unit(() => app.kernel.database.query(sql));
const installed = {
  type: 'system.application_installed',
  username: 'ada',
  data: { application: 'Plex' },
};
const emit = (input: object, viewer = host) =>
  app.graphql(
    'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { duplicate recipients } }',
    { input: { key: `key-${++made}`, ...input } },
    viewer,
  );
const inboxOf = async (viewer: Viewer) => {
  const { data } = await app.graphql(
    '{ me { inbox { unreadCount nodes { type severity title body url data } } } }',
    {},
    viewer,
  );
  return (data as { me: { inbox: { unreadCount: number; nodes: Record<string, unknown>[] } } }).me
    .inbox;
};
const told = () =>
  run(`select a.username from notification n join account a on a.id = n.account_id order by 1`);

describe('an event', () => {
  test.each(['account.security', 'account.activity'])(
    'cannot pass for one of %s, which Gatehouse alone tells of',
    async (type) => {
      const title = 'Your password was changed';
      const url = 'https://evil.example/reset';
      const { errors } = await emit({ type, username: 'ada', title, url });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', field: 'type' });
      expect(await told()).toEqual([]);
    },
  );

  test('reaches its user, told by its type in his language', async () => {
    const { data } = await emit(installed);
    expect(data).toEqual({ emitEvent: { duplicate: false, recipients: 1 } });
    const { nodes, unreadCount } = await inboxOf(ada);
    expect(unreadCount).toBe(1);
    expect(nodes[0]).toMatchObject({
      type: 'system.application_installed',
      severity: 'SUCCESS',
      data: { application: 'Plex' },
      url: null,
    });
    expect(nodes[0]!['title']).toContain('Plex');
    const italian = await inboxOf({ ...ada, locale: 'IT' });
    expect(italian.nodes[0]!['title']).toContain('Plex');
    expect(italian.nodes[0]!['title']).not.toBe(nodes[0]!['title']);
  });

  test.each(['ADA', ' ada '])('finds its user as %j', async (username) => {
    expect((await emit({ ...installed, username })).data).toMatchObject({
      emitEvent: { recipients: 1 },
    });
  });

  test('without a user is for every administrator who is not disabled', async () => {
    const { data } = await emit({ ...installed, username: null });
    expect(data).toMatchObject({ emitEvent: { recipients: 2 } });
    expect(await told()).toEqual([{ username: 'host' }, { username: 'root2' }]);
  });

  test('for somebody who is disabled reaches nobody, and is no mistake', async () => {
    expect((await emit({ ...installed, username: 'gone' })).data).toEqual({
      emitEvent: { duplicate: false, recipients: 0 },
    });
  });

  test('brings its own text instead, in one language or both', async () => {
    await emit({
      ...installed,
      title: 'Done',
      body: 'One\ntwo',
      translations: [{ locale: 'IT', title: 'Fatto', body: 'Uno' }],
      severity: 'WARNING',
      url: 'https://example.org/a?b=c#d',
    });
    expect((await inboxOf(ada)).nodes[0]).toMatchObject({
      title: 'Done',
      body: 'One\ntwo',
      severity: 'WARNING',
      url: 'https://example.org/a?b=c#d',
    });
    expect((await inboxOf({ ...ada, locale: 'IT' })).nodes[0]).toMatchObject({
      title: 'Fatto',
      body: 'Uno',
    });
  });

  test('with a title needs no body, nor the data of its type', async () => {
    const { type, username } = installed;
    expect(refusalOf(await emit({ type, username, title: 'Done' }))).toBeNull();
    expect((await inboxOf(ada)).nodes[0]).toMatchObject({ title: 'Done', body: '', data: {} });
  });

  test('may lead to a page of the site', async () => {
    await emit({ ...installed, url: '/limits?tab=disk#top' });
    expect((await inboxOf(ada)).nodes[0]!['url']).toBe('/limits?tab=disk#top');
  });

  test('keeps markup as the text it is', async () => {
    await emit({ ...installed, title: '<img src=x onerror=alert(1)>' });
    expect((await inboxOf(ada)).nodes[0]!['title']).toBe('<img src=x onerror=alert(1)>');
  });
});

describe('an event is refused', () => {
  test.each([
    ['NOT_FOUND', 'type', { type: 'no.such_type' }],
    ['NOT_FOUND', 'type', { type: '__proto__' }],
    ['NOT_FOUND', 'type', { type: 'constructor' }],
    ['NOT_FOUND', 'type', { type: 'a\0b' }],
    ['NOT_FOUND', 'username', { username: 'nobody' }],
    ['NOT_FOUND', 'username', { username: '' }],
    ['NOT_FOUND', 'username', { username: "' or 1=1 --" }],
    ['NOT_FOUND', 'username', { username: '%' }],
    ['BAD_USER_INPUT', 'username', { username: 'a\0b' }],
    ['BAD_USER_INPUT', 'data', { data: {} }],
    ['BAD_USER_INPUT', 'data', { data: null }],
    ['BAD_USER_INPUT', 'data', { data: { application: '' } }],
    ['BAD_USER_INPUT', 'data', { data: { application: { name: 'Plex' } } }],
    ['BAD_USER_INPUT', 'data', { data: ['Plex'] }],
    ['BAD_USER_INPUT', 'data', { data: 'Plex' }],
    ['BAD_USER_INPUT', 'data', { data: { application: 'Pl\0ex' } }],
    ['BAD_USER_INPUT', 'data', { data: { application: 'Pl\ud800ex' } }],
    ['BAD_USER_INPUT', 'data', { data: { application: 'Plex', 'k\udfff': 1 } }],
    ['BAD_USER_INPUT', 'data', { data: { application: 'Plex', deep: { list: ['\0'] } } }],
    ['BAD_USER_INPUT', 'data', { data: { application: 'x'.repeat(20_000) } }],
    ['BAD_USER_INPUT', 'title', { title: '' }],
    ['BAD_USER_INPUT', 'title', { title: 'two\nlines' }],
    ['BAD_USER_INPUT', 'title', { title: 'x'.repeat(201) }],
    ['BAD_USER_INPUT', 'title', { title: 'Ada\u202e' }],
    ['BAD_USER_INPUT', 'title', { body: 'a body alone' }],
    ['BAD_USER_INPUT', 'body', { title: 'x', body: 'x'.repeat(4_001) }],
    ['BAD_USER_INPUT', 'body', { title: 'x', body: '\0' }],
    [
      'BAD_USER_INPUT',
      'translations',
      {
        title: 'x',
        translations: [
          { locale: 'IT', title: 'a' },
          { locale: 'IT', title: 'b' },
        ],
      },
    ],
    ['BAD_USER_INPUT', 'url', { url: 'javascript:alert(1)' }],
    ['BAD_USER_INPUT', 'url', { url: 'java\nscript:alert(1)' }],
    ['BAD_USER_INPUT', 'url', { url: ' javascript:alert(1)' }],
    ['BAD_USER_INPUT', 'url', { url: 'data:text/html,x' }],
    ['BAD_USER_INPUT', 'url', { url: '//evil.example/x' }],
    ['BAD_USER_INPUT', 'url', { url: '/\\evil.example/x' }],
    ['BAD_USER_INPUT', 'url', { url: '/\t/evil.example/x' }],
    ['BAD_USER_INPUT', 'url', { url: 'https://user:pass@example.org' }],
    ['BAD_USER_INPUT', 'url', { url: 'limits' }],
    ['BAD_USER_INPUT', 'url', { url: `https://example.org/${'x'.repeat(2_048)}` }],
    ['BAD_USER_INPUT', 'key', { key: '' }],
    ['BAD_USER_INPUT', 'key', { key: 'x'.repeat(201) }],
    ['BAD_USER_INPUT', 'key', { key: 'a\0b' }],
    ['BAD_USER_INPUT', 'severity', { severity: 'LOUD' }],
    ['BAD_USER_INPUT', 'title', { type: 'admin.message' }],
  ])('with %s for %s: %j', async (code, field, input) => {
    const answer = await emit({ ...installed, ...input });
    expect(refusalOf(answer)).toMatchObject({ code, field });
    expect(await run('select 1 from message')).toEqual([]);
  });

  test('to who has not the permission, whatever else', async () => {
    expect(refusalOf(await emit(installed, nobody))?.code).toBe('UNAUTHENTICATED');
    expect(refusalOf(await emit(installed, ada))?.code).toBe('FORBIDDEN');
    const token: Viewer = { ...host, kind: 'token', scopes: new Set(['ADMIN']) };
    expect(refusalOf(await emit(installed, token))?.code).toBe('FORBIDDEN');
    const good: Viewer = { ...host, kind: 'token', scopes: new Set(['EVENTS_WRITE']) };
    expect(refusalOf(await emit(installed, good))).toBeNull();
  });
});

describe('data', () => {
  test.each([
    [{ application: 'Plex', path: 'C:\\u0000\\ud800' }],
    [{ application: 'Plex', __proto: 1, nested: { list: [1, null, true, 'é'] } }],
    [JSON.parse('{"application":"Plex","__proto__":{"polluted":1}}') as object],
    [JSON.parse('{"application":"Plex","constructor":{"prototype":{"polluted":1}}}') as object],
  ])('%j comes back as it was sent and changes nothing else', async (data) => {
    expect(refusalOf(await emit({ ...installed, data }))).toBeNull();
    expect(JSON.stringify((await inboxOf(ada)).nodes[0]!['data'])).toHaveLength(
      JSON.stringify(data).length,
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('of a prototype does not stand in for what is missing', async () => {
    const data = JSON.parse('{"__proto__":{"application":"Plex"}}') as object;
    expect(refusalOf(await emit({ ...installed, data }))?.field).toBe('data');
  });
});
