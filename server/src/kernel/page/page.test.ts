import { describe, expect, it } from 'vitest';
import { Refusal } from '../errors.js';
import { newId } from '../id.js';
import { checkFirst, decodeCursor, encodeCursor, pageOf } from './page.js';

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a position in a list', () => {
  it('comes back as it was given', () => {
    const id = newId();
    const parts = ['2026-11-24T03:04:05.123456Z', id, 'Ærøskøbing “x”', -1.5];
    const cursor = encodeCursor(parts);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(cursor, ['instant', 'id', 'text', 'number'])).toEqual(parts);
  });

  it('of another list, an older form or somebody’s own making is refused with its field', () => {
    const id = newId();
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const ugly = [
      '',
      ' ',
      '\0',
      '\ud800',
      'null',
      'a',
      '!!!!',
      `${encodeCursor([id])}=`,
      `${encodeCursor([id])} `,
      encode(null),
      encode({}),
      encode([]),
      encode([1]),
      encode([2, id]),
      encode(['1', id]),
      encode(id),
      encode([1, id, id]),
      encode([1, 7]),
      encode([1, null]),
      encode([1, [id]]),
      encode([1, { id }]),
      encode([1, id.toUpperCase()]),
      encode([1, `${id} or 1=1`]),
      encodeCursor(['x'.repeat(5_000)]),
      '['.repeat(1_000_000),
      encodeCursor([id]).slice(0, -2),
    ];
    for (const text of ugly) {
      const { code, details } = refusal(() => decodeCursor(text, ['id']));
      expect({ code, details }, text.slice(0, 40)).toEqual({
        code: 'BAD_USER_INPUT',
        details: { field: 'after' },
      });
    }
  });

  it.each([
    ['text', 'a\0b'],
    ['text', '\udc00'],
    ['text', 1],
    ['number', '1'],
    ['number', null],
    ['instant', 'now'],
    ['instant', '2026-13-01T00:00:00Z'],
    ['instant', '2026-11-24'],
    ['instant', 'infinity'],
    ['instant', '2026-02-30T00:00:00Z'],
    ['instant', '0000-01-01T00:00:00Z'],
  ] as const)('has a part of the kind %s, which %j is not', (kind, value) => {
    const text = Buffer.from(JSON.stringify([1, value])).toString('base64url');
    expect(refusal(() => decodeCursor(text, [kind], 'before')).details.field).toBe('before');
  });
});

describe('a page', () => {
  const rows = ['a', 'b', 'c', 'd'];

  it('says that more follow, and where to go on', () => {
    const page = pageOf(rows, 3, (row) => [row]);
    expect(page.nodes).toEqual(['a', 'b', 'c']);
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(decodeCursor(page.pageInfo.startCursor ?? '', ['text'])).toEqual(['a']);
    expect(decodeCursor(page.pageInfo.endCursor ?? '', ['text'])).toEqual(['c']);
  });

  it('that is the last one says so', () => {
    expect(pageOf(rows, 4, (row) => [row]).pageInfo.hasNextPage).toBe(false);
  });

  it('without rows has no positions', () => {
    expect(pageOf([], 20, () => [])).toEqual({
      nodes: [],
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    });
  });

  it.each([1, 20, 100])('of %i rows may be asked for', (first) => {
    expect(checkFirst(first)).toBe(first);
  });

  it.each([0, -1, 101, 1.5, Number.NaN, Infinity, 2 ** 31])('of %d rows is refused', (first) => {
    const { code, details } = refusal(() => checkFirst(first));
    expect({ code, details }).toEqual({ code: 'BAD_USER_INPUT', details: { field: 'first' } });
  });
});
