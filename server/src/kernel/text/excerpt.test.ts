import { expect, it } from 'vitest';
import { excerpt } from './excerpt.js';

it('has dots where a secret stood, also in an address or quoted', () => {
  const secret = 'a "secret" / of sorts';
  const text = [secret, encodeURIComponent(secret), JSON.stringify({ secret })].join('\n');
  const kept = excerpt(text, [secret, 'abc'], 1_000);
  expect(kept).toBe('…\n…\n{"secret":"…"}');
});

it('is no longer than it may be, and never ends in half a character', () => {
  for (let most = 10; most < 20; most += 1) {
    const kept = excerpt('é€👩‍🚀'.repeat(10), [], most);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(most);
    expect(kept).not.toContain('\ufffd');
    expect(kept.endsWith('…')).toBe(true);
  }
  expect(excerpt('short', [], 5)).toBe('short');
});

it('masks before it cuts, so that no half of a secret stays', () => {
  expect(excerpt('xx0123456789', ['0123456789'], 8)).toBe('xx…');
});
