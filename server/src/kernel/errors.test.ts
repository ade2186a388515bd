import { expect, it } from 'vitest';
import { refuse, Refusal } from './errors.js';

it('a refusal says its code, its details and nothing else', () => {
  const caught = (() => {
    try {
      return refuse('BAD_USER_INPUT', 'Too long.', { field: 'title' });
    } catch (error) {
      return error;
    }
  })();
  expect(caught).toBeInstanceOf(Refusal);
  expect((caught as Refusal).message).toBe('Too long.');
  expect((caught as Refusal).extensions()).toEqual({ code: 'BAD_USER_INPUT', field: 'title' });
});
