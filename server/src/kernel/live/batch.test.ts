import { describe, expect, it } from 'vitest';
import { Batch } from './batch.js';

describe('questions asked at once', () => {
  it('are answered by one call, each with its own answer', async () => {
    const calls: (readonly number[])[] = [];
    const batch = new Batch<number, number>(async (keys) => {
      calls.push(keys);
      return keys.map((key) => key * 2);
    });
    expect(await Promise.all([1, 2, 3, 2].map((key) => batch.ask(key)))).toEqual([2, 4, 6, 4]);
    expect(calls).toEqual([[1, 2, 3, 2]]);
    expect(await batch.ask(5)).toBe(10);
    expect(calls).toHaveLength(2);
  });

  it('while others are being answered go into another call', async () => {
    const calls: number[] = [];
    const batch = new Batch<number, number>(async (keys) => {
      calls.push(keys.length);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return keys;
    });
    const first = batch.ask(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const more = [2, 3].map((key) => batch.ask(key));
    expect(await first).toBe(1);
    expect(await Promise.all(more)).toEqual([2, 3]);
    expect(calls).toEqual([1, 2]);
  });

  it('in great number are shared among calls, two at a time, and each still gets its own answer', async () => {
    let open = 0;
    const seen: { size: number; open: number }[] = [];
    const batch = new Batch<number, number>(async (keys) => {
      seen.push({ size: keys.length, open: ++open });
      await new Promise((resolve) => setTimeout(resolve, 5));
      open--;
      if (keys.includes(8)) throw new Error('away');
      return keys.map((key) => key * 2);
    }, 3);
    const keys = Array.from({ length: 11 }, (_, index) => index);
    const answers = await Promise.allSettled(keys.map((key) => batch.ask(key)));
    const right = (key: number) => ({ status: 'fulfilled', value: key * 2 });
    expect(answers.slice(0, 6)).toEqual(keys.slice(0, 6).map(right));
    expect(answers.slice(6, 9).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(answers.slice(9)).toEqual([right(9), right(10)]);
    expect(seen.map(({ size }) => size)).toEqual([3, 3, 3, 2]);
    expect(Math.max(...seen.map((call) => call.open))).toBe(2);
  });

  it('all hear it when the call fails, and the next ones are answered again', async () => {
    let fails = true;
    const batch = new Batch<number, number>(async (keys) => {
      if (fails) throw new Error('away');
      return keys;
    });
    const settled = await Promise.allSettled([batch.ask(1), batch.ask(2)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await batch.ask(3)).toBe(3);
  });
});
