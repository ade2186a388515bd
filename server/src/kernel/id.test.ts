import { expect, it } from 'vitest';
import { isId, newId } from './id.js';

it('ids made later come later, also within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => newId());
  expect(ids.every(isId)).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('ids say when they were made, to the millisecond or a few more', () => {
  const made = Number.parseInt(newId().replaceAll('-', '').slice(0, 12), 16);
  expect(Math.abs(made - Date.now())).toBeLessThan(1_000);
});

it.each(['', 'x', '01890a5d-ac96-774b-bcce-b302099a805', '01890A5D-AC96-774B-BCCE-B302099A8057'])(
  '%j is no id',
  (text) => {
    expect(isId(text)).toBe(false);
  },
);
