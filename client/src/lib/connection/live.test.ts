import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLive, waitBefore } from './live.ts';
import type { Live } from './live.ts';
import { InboxServer } from './test/inbox-server.ts';

let server: InboxServer;
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  server = new InboxServer(['old']);
  live = createLive(server.client(), server.socket);
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

test('the wait grows, never passes half a minute, and differs between people', () => {
  expect(waitBefore(0, () => 0)).toBe(250);
  expect(waitBefore(0, () => 1)).toBe(500);
  expect(waitBefore(3, () => 0)).toBeGreaterThan(waitBefore(1, () => 1));
  expect(waitBefore(30, () => 1)).toBe(30_000);
});
