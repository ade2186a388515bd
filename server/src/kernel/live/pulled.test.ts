import { describe, expect, it } from 'vitest';
import { Bell, Pulled } from './pulled.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A source that is filled by hand. */
function source() {
  const bell = new Bell();
  const rows: number[] = [];
  let pulls = 0;
  let ended = 0;
  const stream = new Pulled(
    async (signal) => {
      pulls++;
      await bell.wait(signal);
      return rows.splice(0);
    },
    () => void ended++,
  );
  const add = (...values: number[]) => {
    rows.push(...values);
    bell.ring();
  };
  return { stream, add, counts: () => ({ pulls, ended }) };
}

describe('a stream that is pulled', () => {
  it('fetches nothing that nobody asked for', async () => {
    const { stream, add, counts } = source();
    add(1, 2, 3);
    await turn();
    expect(counts().pulls).toBe(0);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(await stream.next()).toEqual({ done: false, value: 2 });
    expect(counts().pulls).toBe(1);
  });

  it('waits until there is something', async () => {
    const { stream, add } = source();
    const next = stream.next();
    add();
    await turn();
    add(7);
    expect(await next).toEqual({ done: false, value: 7 });
  });

  it('ends while it waits, at once and once', async () => {
    const { stream, counts } = source();
    const next = stream.next();
    await stream.return();
    expect(await next).toEqual({ done: true, value: undefined });
    await stream.return();
    expect(counts().ended).toBe(1);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('says nothing more once it was left, whatever was on its way', async () => {
    let answer!: (values: number[]) => void;
    const stream = new Pulled<number>(
      () => new Promise((resolve) => (answer = resolve)),
      () => {},
    );
    const next = stream.next();
    await stream.return();
    answer([1]);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('passes on why it broke', async () => {
    const stream = new Pulled<number>(
      () => Promise.reject(new Error('away')),
      () => {},
    );
    await expect(stream.next()).rejects.toThrow('away');
  });
});

describe('a bell', () => {
  it('rung while nobody waited is not lost, and rings once for many', async () => {
    const bell = new Bell();
    const { signal } = new AbortController();
    bell.ring();
    bell.ring();
    await bell.wait(signal);
    let rung = false;
    const second = bell.wait(signal).then(() => (rung = true));
    await turn();
    expect(rung).toBe(false);
    bell.ring();
    await second;
  });

  it('leaves nothing on a signal that outlives many waits', async () => {
    const bell = new Bell();
    let listeners = 0;
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners++;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners--;
      remove(...given);
    };
    for (let round = 0; round < 1_000; round++) {
      const waiting = bell.wait(signal);
      bell.ring();
      await waiting;
    }
    expect(listeners).toBe(0);
  });
});
