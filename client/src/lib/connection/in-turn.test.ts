import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  InboxDocument,
  MarkReadDocument,
  MarkUnreadDocument,
} from '../graphql/generated/documents.ts';
import { connect } from './gatehouse.ts';
import { personalCache } from './cache/cache.ts';
import { inTurn } from './in-turn.ts';

let sent: { name: string; answer: (response: Response) => void; fail: () => void }[];
const slow: typeof fetch = (_url, init) =>
  new Promise((resolve, reject) => {
    const { operationName } = JSON.parse(String(init?.body)) as { operationName: string };
    sent.push({ name: operationName, answer: resolve, fail: () => reject(new TypeError('gone')) });
  });
const names = () => sent.map(({ name }) => name);
const ask = (operationName: string) => ({
  method: 'POST',
  body: JSON.stringify({ operationName }),
});

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('acts on the inbox are sent one after the other, and what was refused holds up nothing', async () => {
  const fetch = inTurn(slow);
  const first = fetch('/graphql', ask('MarkRead')).catch((error: Error) => error.message);
  void fetch('/graphql', ask('MarkUnread'));
  void fetch('/graphql', ask('Dismiss'));
  await vi.advanceTimersByTimeAsync(100);
  expect(names()).toEqual(['MarkRead']);
  sent[0]!.fail();
  expect(await first).toBe('gone');
  await vi.advanceTimersByTimeAsync(0);
  expect(names()).toEqual(['MarkRead', 'MarkUnread']);
  sent[1]!.answer(new Response());
  await vi.advanceTimersByTimeAsync(0);
  expect(names()).toEqual(['MarkRead', 'MarkUnread', 'Dismiss']);
  void fetch('/graphql', ask('SignOut'));
  await vi.advanceTimersByTimeAsync(100);
  expect(names()).not.toContain('SignOut');
  sent[2]!.answer(new Response());
  await vi.advanceTimersByTimeAsync(0);
  expect(names()).toEqual(['MarkRead', 'MarkUnread', 'Dismiss', 'SignOut']);
});

test('everything else goes at once, and an act waits ten seconds at most', async () => {
  const fetch = inTurn(slow);
  void fetch('/graphql', ask('MarkRead'));
  void fetch('/graphql', ask('Dismiss'));
  void fetch('/graphql', ask('Inbox'));
  await vi.advanceTimersByTimeAsync(9_000);
  expect(names()).toEqual(['Inbox', 'MarkRead']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(names()).toEqual(['Inbox', 'MarkRead', 'Dismiss']);
});

test('a connection keeps the order of what its pages do', async () => {
  const gatehouse = connect({ url: '/graphql', fetch: slow }, personalCache());
  const ignore = () => undefined;
  gatehouse.mutate(MarkReadDocument, { ids: ['a'] }).catch(ignore);
  gatehouse.mutate(MarkUnreadDocument, { ids: ['a'] }).catch(ignore);
  const page = { first: 20, after: null, filter: 'ALL' as const, category: null, search: null };
  gatehouse.query(InboxDocument, page).catch(ignore);
  await vi.advanceTimersByTimeAsync(100);
  expect(names().sort()).toEqual(['Inbox', 'MarkRead']);
  sent.find(({ name }) => name === 'MarkRead')!.answer(Response.json({ data: null }));
  await vi.advanceTimersByTimeAsync(100);
  expect(names()).toContain('MarkUnread');
});
