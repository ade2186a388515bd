import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { numbered, tell, tellAtOnce } from '../../../test/inbox.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { EmittedEvents } from '../event/emitted-events.js';
import { Triage } from './triage.js';

let app: TestApp;
let ada: Viewer;

beforeAll(async () => void (app = await createTestApp()));
afterAll(() => app.close());
beforeEach(async () => void (ada = await app.signedIn()));
afterEach(() => app.clock.set(new Date()));

interface Inbox {
  nodes: { id: string; title: string; readAt: string | null; snoozedUntil: string | null }[];
  pageInfo: { hasNextPage: boolean; startCursor: string | null; endCursor: string | null };
  unreadCount: number;
}

const page = `query ($first: Int! = 20, $after: String, $filter: InboxFilter! = ALL,
    $category: String, $severity: Severity, $search: String) {
  me { inbox(first: $first, after: $after, filter: $filter, category: $category,
      severity: $severity, search: $search) {
    nodes { id title readAt snoozedUntil } pageInfo { hasNextPage startCursor endCursor }
    unreadCount } } }`;

async function inbox(variables: Record<string, unknown> = {}, viewer = ada): Promise<Inbox> {
  const { data, errors } = await app.graphql(page, variables, viewer);
  expect(errors).toBeUndefined();
  return (data!['me'] as { inbox: Inbox }).inbox;
}

const titles = async (variables: Record<string, unknown> = {}) =>
  (await inbox(variables)).nodes.map((node) => node.title);

async function refusal(variables: Record<string, unknown>) {
  return (await app.graphql(page, variables, ada)).errors?.[0]!.extensions;
}

async function act(text: string, variables: Record<string, unknown>, viewer = ada) {
  const types = { ids: '[ID!]!', until: 'DateTime!', category: 'String' } as const;
  const given = Object.keys(variables) as (keyof typeof types)[];
  const declared = given.map((name) => `$${name}: ${types[name]}`).join(', ');
  const call = given.map((name) => `${name}: $${name}`).join(', ');
  const query = `mutation${declared && `(${declared})`} {
    ${text}${call && `(${call})`} { unreadCount changed { id readAt dismissedAt snoozedUntil } } }`;
  const { data, errors } = await app.graphql(query, variables, viewer);
  if (errors) return { refused: errors[0]!.extensions };
  return data![text] as { unreadCount: number; changed: { id: string }[] };
}

const emit = (input: Record<string, unknown>) =>
  app.unit(() =>
    app.get(EmittedEvents).emit({ ...ada, kind: 'system' }, {
      key: crypto.randomUUID(),
      username: ada.name,
      translations: [],
      ...input,
    } as never),
  );

describe('a long inbox', () => {
  it('is read page by page, newest first, each once, also when many came at one moment', async () => {
    await tellAtOnce(app, numbered('Message', 57), ada);
    const read: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { nodes, pageInfo }: Inbox = await inbox({ first: 10, after });
      read.push(...nodes.map((node) => node.title));
      expect(pageInfo.hasNextPage).toBe(++pages < 6);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      // What arrives while one reads on stands before the first page and moves nothing.
      await tell(app, ['Newer'], ada);
    } while (after !== null);
    expect(read).toEqual(numbered('Message', 57).reverse());
  });

  it('is empty in order', async () => {
    expect(await inbox()).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
      unreadCount: 0,
    });
  });

  it.each([0, -1, 101])('gives no page of %i', async (first) => {
    expect(await refusal({ first })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('has no place that another list named', async () => {
    expect(await refusal({ after: 'hello' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'after',
    });
  });

  it('costs as many statements for a hundred as for one', async () => {
    await tellAtOnce(app, numbered('Message', 100), ada);
    const { database } = app.kernel;
    const statements = async (first: number) => {
      let count = 0;
      const query = database.query.bind(database);
      database.query = (sql: string, values?: readonly unknown[]) => {
        count++;
        return query(sql, values);
      };
      await inbox({ first }).finally(() => (database.query = query));
      return count;
    };
    expect(await statements(100)).toBe(await statements(1));
    expect([1, 2]).toContain(await statements(100));
  });
});

describe('filters', () => {
  it('show what is unread, snoozed or dismissed; ALL leaves out the last two', async () => {
    const [read, snoozed, dismissed] = await tell(
      app,
      ['Read', 'Snoozed', 'Dismissed', 'Unread'],
      ada,
    );
    await act('markRead', { ids: [read] });
    await act('dismiss', { ids: [dismissed] });
    await act('snooze', { ids: [snoozed], until: new Date(app.clock.now().getTime() + 3_600_000) });
    expect(await titles()).toEqual(['Unread', 'Read']);
    expect(await titles({ filter: 'UNREAD' })).toEqual(['Unread']);
    expect(await titles({ filter: 'SNOOZED' })).toEqual(['Snoozed']);
    expect(await titles({ filter: 'DISMISSED' })).toEqual(['Dismissed']);
    expect((await inbox()).unreadCount).toBe(1);
  });

  it('show one category or one severity', async () => {
    await emit({ type: 'system.application_installed', data: { application: 'Plex' } });
    await emit({ type: 'admin.message', title: 'On fire', severity: 'CRITICAL' });
    expect(await titles({ category: 'system' })).toHaveLength(1);
    expect(await titles({ category: 'messages' })).toEqual(['On fire']);
    expect(await titles({ severity: 'CRITICAL' })).toEqual(['On fire']);
    expect(await titles({ severity: 'WARNING' })).toEqual([]);
    expect(await titles({ category: 'nothing of this kind' })).toEqual([]);
  });
});

describe('a search', () => {
  it('finds what was said in any language, in any case, and takes % and _ as they are', async () => {
    await tell(app, ['Disk 100% full', 'Disk 100 of 200', 'snake_case', 'snakeXcase', 'a\\b'], ada);
    expect(await titles({ search: '100%' })).toEqual(['Disk 100% full']);
    expect(await titles({ search: 'DISK' })).toHaveLength(2);
    expect(await titles({ search: 'snake_' })).toEqual(['snake_case']);
    expect(await titles({ search: '\\' })).toEqual(['a\\b']);
    expect(await titles({ search: '  ' })).toHaveLength(5);
    await emit({
      type: 'admin.message',
      title: 'Hello',
      translations: [{ locale: 'IT', title: 'Buongiorno', body: '' }],
    });
    expect(await titles({ search: 'buongiorno' })).toEqual(['Hello']);
  });

  it('finds what an event was about, but not the names of fields', async () => {
    await tell(app, ['Hello'], ada);
    await emit({
      type: 'system.application_installed',
      data: { application: 'Plex', deep: [{ x: 42 }] },
    });
    expect(await titles({ search: 'plex' })).toHaveLength(1);
    expect(await titles({ search: '42' })).toHaveLength(1);
    for (const search of ['title', 'body', 'EN', '"', '{', 'deep', 'null']) {
      expect([search, await titles({ search })]).toEqual([search, []]);
    }
  });

  it('longer than 200 characters is refused', async () => {
    expect(await refusal({ search: 'x'.repeat(201) })).toMatchObject({ field: 'search' });
  });
});

describe('reading, dismissing and their undoing', () => {
  it('pass over what is unknown or somebody else’s, and answer with one’s own', async () => {
    const grace = await app.signedIn();
    const [mine] = await tell(app, ['Mine'], ada);
    const [hers] = await tell(app, ['Hers'], grace);
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
    const state = await act('markRead', { ids: [mine, hers, unknown, mine] });
    expect(state).toMatchObject({ unreadCount: 0, changed: [{ id: mine }] });
    expect((await inbox({}, grace)).unreadCount).toBe(1);
    const query = 'query ($id: ID!) { me { notification(id: $id) { title } } }';
    const find = async (id: string) => (await app.graphql(query, { id }, ada)).data;
    expect(await find(mine!)).toEqual({ me: { notification: { title: 'Mine' } } });
    for (const id of [hers!, unknown, 'no id']) {
      expect(await find(id)).toEqual({ me: { notification: null } });
    }
  });

  it('take at most a hundred ids, and only ids', async () => {
    const ids = await tellAtOnce(app, numbered('Message', 101), ada);
    expect(await act('markRead', { ids })).toMatchObject({ refused: { field: 'ids' } });
    expect(await act('markRead', { ids: ids.slice(1) })).toMatchObject({ unreadCount: 1 });
    expect(await act('markRead', { ids: ['no id'] })).toMatchObject({ refused: { field: 'ids' } });
    expect(await act('markRead', { ids: [] })).toEqual({ unreadCount: 1, changed: [] });
  });

  it('done twice changes nothing more', async () => {
    const [id] = await tell(app, ['Once'], ada);
    const first = await act('markRead', { ids: [id] });
    app.clock.advance(60_000);
    expect(await act('markRead', { ids: [id] })).toEqual(first);
  });
});

describe('marking all read', () => {
  it('leaves what arrives afterwards, and other categories when one is named', async () => {
    await tell(app, ['One', 'Two'], ada);
    await emit({ type: 'system.application_installed', data: { application: 'Plex' } });
    expect(await act('markAllRead', { category: 'messages' })).toEqual({
      unreadCount: 1,
      changed: [],
    });
    expect(await act('markAllRead', {})).toEqual({ unreadCount: 0, changed: [] });
    await tell(app, ['Later'], ada);
    expect(await titles({ filter: 'UNREAD' })).toEqual(['Later']);
  });

  it('leaves unread what commits while it runs', async () => {
    await tell(app, ['Before'], ada);
    let meanwhile!: Promise<unknown>;
    await app.unit(() =>
      app.kernel.database.transaction(async () => {
        await app.get(Triage).markAllRead(ada, null);
        meanwhile = new Promise((resolve) => setImmediate(resolve)).then(() =>
          tell(app, ['Meanwhile'], ada),
        );
        await meanwhile;
      }),
    );
    expect(await titles({ filter: 'UNREAD' })).toEqual(['Meanwhile']);
  });
});

describe('snoozing', () => {
  const minute = 60_000;
  const until = (ms: number) => new Date(app.clock.now().getTime() + ms).toISOString();
  const wake = () => app.unit(() => app.get(Triage).wake());

  it.each([
    [59_999, false],
    [minute, true],
    [90 * 24 * 60 * minute, true],
    [90 * 24 * 60 * minute + 1, false],
    [-minute, false],
  ])('for %i ms is allowed: %s', async (ms, allowed) => {
    const [id] = await tell(app, ['Later'], ada);
    const state = await act('snooze', { ids: [id], until: until(ms) });
    if (allowed) expect(state).toMatchObject({ unreadCount: 0 });
    else expect(state).toMatchObject({ refused: { code: 'BAD_USER_INPUT', field: 'until' } });
  });

  it('hides until its time, then it is back, unread and on top', async () => {
    const [id] = await tell(app, ['Snoozed'], ada);
    await act('markRead', { ids: [id] });
    await act('snooze', { ids: [id], until: until(minute) });
    await tell(app, ['Newer'], ada);
    app.clock.advance(minute - 1);
    await wake();
    expect(await titles()).toEqual(['Newer']);
    app.clock.advance(1);
    await wake();
    const { nodes, unreadCount } = await inbox();
    expect(nodes.map((node) => node.title)).toEqual(['Snoozed', 'Newer']);
    expect(nodes[0]).toMatchObject({ readAt: null, snoozedUntil: null });
    expect(unreadCount).toBe(2);
  });

  it('can be undone, and leaves what it was', async () => {
    const [id] = await tell(app, ['Snoozed'], ada);
    await act('markRead', { ids: [id] });
    await act('snooze', { ids: [id], until: until(minute) });
    expect(await act('unsnooze', { ids: [id] })).toMatchObject({ unreadCount: 0 });
    expect(await titles()).toEqual(['Snoozed']);
  });

  it('does not bring back what was dismissed meanwhile', async () => {
    const [id] = await tell(app, ['Gone'], ada);
    await act('snooze', { ids: [id], until: until(minute) });
    await act('dismiss', { ids: [id] });
    app.clock.advance(minute);
    await wake();
    expect(await titles()).toEqual([]);
    expect(await titles({ filter: 'DISMISSED' })).toEqual(['Gone']);
    await act('restore', { ids: [id] });
    expect(await titles()).toEqual(['Gone']);
  });
});
