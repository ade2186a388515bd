import type { Client } from '@urql/core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  DismissDocument,
  InboxDocument,
  InboxLiveDocument,
  MarkAllReadDocument,
  MarkReadDocument,
} from '../../graphql/generated/documents.ts';
import type { InboxFilter, InboxQuery } from '../../graphql/generated/documents.ts';
import { InboxServer } from '../test/inbox-server.ts';
import { belongs } from '../standing.ts';

interface Seen {
  titles: string[];
  unread: string[];
  count: number;
}

let server: InboxServer;
let client: Client;

/** What a page with this list shows, kept up to date. */
function watch(filter: InboxFilter = 'ALL', first = 20, category: string | null = null): Seen {
  const seen: Seen = { titles: [], unread: [], count: -1 };
  const variables = { first, after: null, filter, category, search: null };
  client.query<InboxQuery>(InboxDocument, variables).subscribe(({ data }) => {
    const nodes = (data?.me?.inbox.nodes ?? []).map((node) => ({
      ...node,
      readAt: node.readAt ?? null,
      dismissedAt: node.dismissedAt ?? null,
      snoozedUntil: node.snoozedUntil ?? null,
    }));
    const shown = nodes.filter((node) => belongs(node, filter));
    seen.titles = shown.map(({ title }) => title);
    seen.unread = shown.filter(({ readAt }) => readAt === null).map(({ title }) => title);
    seen.count = data?.me?.unreadCount ?? -1;
  });
  return seen;
}

beforeEach(() => {
  server = new InboxServer(['newest', 'middle', 'oldest']);
  client = server.client();
  client.subscription(InboxLiveDocument, { after: null }).subscribe(() => undefined);
});

async function shown(seen: Seen, titles: string[]) {
  await vi.waitFor(() => expect(seen.titles).toEqual(titles));
}

describe('what arrives', () => {
  test('stands on top, and once although it is sent twice', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    const event = server.add('breaking');
    server.send(event);
    server.send(event);
    await shown(all, ['breaking', 'newest', 'middle', 'oldest']);
    expect(all.count).toBe(4);
    expect(server.asked).toEqual(['Inbox']);
  });

  test('joins the list of unread ones and not that of dismissed ones', async () => {
    const unread = watch('UNREAD');
    const dismissed = watch('DISMISSED');
    await shown(unread, ['newest', 'middle', 'oldest']);
    server.send(server.add('breaking'));
    await shown(unread, ['breaking', 'newest', 'middle', 'oldest']);
    expect(dismissed.titles).toEqual([]);
  });

  test('does not double what a further page brings', async () => {
    const all = watch('ALL', 2);
    await shown(all, ['newest', 'middle']);
    server.send(server.add('breaking'));
    const next = { first: 2, after: 'middle', filter: 'ALL' as const, search: null };
    await client.query(InboxDocument, next, { requestPolicy: 'network-only' }).toPromise();
    await shown(all, ['breaking', 'newest', 'middle', 'oldest']);
  });
});

describe('what somebody does', () => {
  test('shows before the server has answered', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    let answer = () => {};
    server.gate = new Promise((resolve) => (answer = resolve));
    const done = client.mutation(MarkReadDocument, { ids: ['newest'] }).toPromise();
    await vi.waitFor(() => expect(all.unread).toEqual(['middle', 'oldest']));
    expect(all.count).toBe(2);
    answer();
    await done;
    expect(all.unread).toEqual(['middle', 'oldest']);
  });

  test('comes back when the server refuses', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    let answer = () => {};
    server.gate = new Promise((resolve) => (answer = resolve));
    server.refuse = 'RATE_LIMITED';
    const done = client.mutation(DismissDocument, { ids: ['middle'] }).toPromise();
    await shown(all, ['newest', 'oldest']);
    answer();
    const { error } = await done;
    expect(error?.graphQLErrors[0]?.extensions['code']).toBe('RATE_LIMITED');
    await shown(all, ['newest', 'middle', 'oldest']);
    expect(all.count).toBe(3);
  });

  test('puts a dismissed one into the list of dismissed ones that was looked at before', async () => {
    const all = watch();
    const dismissed = watch('DISMISSED');
    await shown(all, ['newest', 'middle', 'oldest']);
    await client.mutation(DismissDocument, { ids: ['middle'] }).toPromise();
    await shown(dismissed, ['middle']);
    expect(all.titles).toEqual(['newest', 'oldest']);
  });

  test('marks all read, and what comes afterwards is unread', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    await client.mutation(MarkAllReadDocument, {}).toPromise();
    await vi.waitFor(() => expect(all.unread).toEqual([]));
    expect(all.count).toBe(0);
    server.send(server.add('breaking'));
    await vi.waitFor(() => expect(all.unread).toEqual(['breaking']));
    expect(all.count).toBe(1);
  });
});

describe('marking one category as read', () => {
  let all: Seen;
  let system: Seen;
  beforeEach(async () => {
    server.rows = server.rows.map((one) =>
      one.id === 'newest' ? one : { ...one, category: 'system' },
    );
    [all, system] = [watch(), watch('ALL', 20, 'system')];
    await shown(all, ['newest', 'middle', 'oldest']);
    await shown(system, ['middle', 'oldest']);
  });
  const mark = () => client.mutation(MarkAllReadDocument, { category: 'system' }).toPromise();

  test('shows at once, and leaves what is about something else', async () => {
    let answer = () => {};
    server.gate = new Promise((resolve) => (answer = resolve));
    const done = mark();
    await vi.waitFor(() => expect(system.unread).toEqual([]));
    expect([all.unread, all.count]).toEqual([['newest'], 1]);
    answer();
    await done;
    expect([system.unread, all.unread, all.count]).toEqual([[], ['newest'], 1]);
  });

  test('marks also those that only the list of all has shown', async () => {
    server.rows = server.rows.map((one) =>
      one.id === 'newest' ? { ...one, category: 'system' } : one,
    );
    server.add('elsewhere');
    await mark();
    await vi.waitFor(() => expect(all.unread).toEqual(['elsewhere']));
    expect(all.count).toBe(1);
  });

  test('comes back when the server refuses', async () => {
    let answer = () => {};
    server.gate = new Promise((resolve) => (answer = resolve));
    server.refuse = 'RATE_LIMITED';
    const done = mark();
    await vi.waitFor(() => expect(system.unread).toEqual([]));
    answer();
    await done;
    await vi.waitFor(() => expect(system.unread).toEqual(['middle', 'oldest']));
    expect(all.count).toBe(3);
  });
});

describe('what another tab does', () => {
  test('shows here without a question to the server', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    server.send({
      __typename: 'NotificationsChanged',
      change: 'READ',
      ids: ['middle'],
      unreadCount: 2,
      position: 'p1',
    });
    await vi.waitFor(() => expect(all.unread).toEqual(['newest', 'oldest']));
    expect(server.asked).toEqual(['Inbox']);
  });

  test('reaches every row when it concerns all', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    server.send({
      __typename: 'NotificationsChanged',
      change: 'READ',
      ids: null,
      unreadCount: 0,
      position: 'p1',
    });
    await vi.waitFor(() => expect(all.unread).toEqual([]));
  });

  test('brings back what this tab has never seen', async () => {
    server.rows = server.rows.map((one) =>
      one.id === 'middle' ? { ...one, dismissedAt: one.createdAt } : one,
    );
    const all = watch();
    await shown(all, ['newest', 'oldest']);
    server.rows = server.rows.map((one) => ({ ...one, dismissedAt: null }));
    server.send({
      __typename: 'NotificationsChanged',
      change: 'RESTORED',
      ids: ['middle'],
      unreadCount: 3,
      position: 'p1',
    });
    await shown(all, ['newest', 'middle', 'oldest']);
  });

  test('brings a snoozed one back read or unread, as it was', async () => {
    server.rows[0] = { ...server.rows[0]!, readAt: new Date().toISOString() };
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    const changed = (change: 'SNOOZED' | 'UNSNOOZED' | 'DISMISSED' | 'RESTORED', id: string) =>
      server.send({
        __typename: 'NotificationsChanged',
        change,
        ids: [id],
        unreadCount: 2,
        position: 'p',
      });
    changed('SNOOZED', 'newest');
    await shown(all, ['middle', 'oldest']);
    changed('UNSNOOZED', 'newest');
    await shown(all, ['newest', 'middle', 'oldest']);
    expect(all.unread).toEqual(['middle', 'oldest']);
    // Dismissed while it was snoozed, it is no longer snoozed when it is restored.
    for (const one of ['SNOOZED', 'DISMISSED', 'RESTORED'] as const) changed(one, 'middle');
    await shown(all, ['newest', 'middle', 'oldest']);
  });

  test('reads the first page again after a reset', async () => {
    const all = watch();
    await shown(all, ['newest', 'middle', 'oldest']);
    server.add('missed');
    server.send({ __typename: 'InboxReset', unreadCount: 4, position: 'p9' });
    await shown(all, ['missed', 'newest', 'middle', 'oldest']);
    expect(all.count).toBe(4);
  });
});
