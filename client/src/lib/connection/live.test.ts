import type { Client } from '@urql/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InboxDocument } from '../graphql/generated/documents.ts';
import type { InboxQuery } from '../graphql/generated/documents.ts';
import { createLive, waitBefore } from './live.ts';
import type { Live } from './live.ts';
import { InboxServer } from './test/inbox-server.ts';

let server: InboxServer;
let client: Client;
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  server = new InboxServer(['old']);
  client = server.client();
  live = createLive(client, server.socket);
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
});

describe('a live connection', () => {
  test('begins where the page stood', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    expect(server.subscribed).toEqual([{ after: 'page' }]);
    expect(live.state).toBe('live');
  });

  test('goes on from the last event after it was lost', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    server.send(server.add('first'));
    server.close(undefined);
    expect(live.state).toBe('interrupted');
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.subscribed).toEqual([{ after: 'page' }, { after: 'p-first' }]);
    expect(live.state).toBe('live');
  });

  test('that does not know where the pages stood has them read anew, and goes on from there', async () => {
    const titles = showing(client);
    await vi.waitFor(() => expect(titles()).toEqual(['old']));
    server.add('between reading and subscribing');
    live.start();
    await vi.waitFor(() => expect(titles()).toEqual(['between reading and subscribing', 'old']));
    server.close(1006);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.subscribed).toEqual([{ after: '' }, { after: 'p-reset' }]);
  });

  test('that was lost before anything was told has the pages read anew as well', async () => {
    server.isSilent = true;
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    server.close(1006);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.subscribed).toEqual([{ after: '' }, { after: '' }]);
  });

  test('is tried ever more slowly while the server stays away', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    for (let lost = 0; lost < 6; lost += 1) {
      server.close(1006);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    const tries = server.subscribed.length;
    server.close(1006);
    await vi.advanceTimersByTimeAsync(200);
    expect(server.subscribed.length).toBe(tries);
  });

  test('says that the session ended, and does not try again', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    server.close(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([live.state, live.end]).toEqual(['ended', 'session-ended']);
    expect(server.subscribed).toHaveLength(1);
  });

  test('says that it is refused, and does not try again', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    server.close(4403);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([live.state, live.end]).toEqual(['ended', 'refused']);
    expect(server.subscribed).toHaveLength(1);
  });

  test('rests in a hidden tab and goes on from where it was', async () => {
    live.start('page');
    await vi.advanceTimersByTimeAsync(0);
    server.send(server.add('first'));
    live.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.state).toBe('off');
    live.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.subscribed.at(-1)).toEqual({ after: 'p-first' });
  });
});

/** What a page shows of the inbox, as it changes. */
function showing(client: Client): () => string[] {
  let titles: string[] = [];
  const variables = {
    first: 20,
    after: null,
    filter: 'ALL' as const,
    category: null,
    search: null,
  };
  client.query<InboxQuery>(InboxDocument, variables).subscribe(({ data }) => {
    titles = (data?.me?.inbox.nodes ?? []).map(({ title }) => title);
  });
  return () => titles;
}

test('the wait grows, never passes half a minute, and differs between people', () => {
  expect(waitBefore(0, () => 0)).toBe(250);
  expect(waitBefore(0, () => 1)).toBe(500);
  expect(waitBefore(3, () => 0)).toBeGreaterThan(waitBefore(1, () => 1));
  expect(waitBefore(30, () => 1)).toBe(30_000);
});
