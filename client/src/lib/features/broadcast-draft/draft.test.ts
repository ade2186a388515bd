import { expect, test } from 'vitest';
import { emptyDraft, messageOf, SendingKey } from './draft.ts';

const draft = { ...emptyDraft, title: 'Tonight', body: 'From 22:00.' };

test('the same message keeps its key until it was sent; another one has another', () => {
  const key = new SendingKey();
  const first = key.of(draft);
  expect(key.of({ ...draft })).toBe(first);
  const changed = key.of({ ...draft, body: 'From 23:00.' });
  expect(changed).not.toBe(first);
  key.sent();
  expect(key.of({ ...draft, body: 'From 23:00.' })).not.toBe(changed);
});

test('without an Italian title there is no translation', () => {
  expect(messageOf(draft, 'k')).toMatchObject({ key: 'k', url: null, translations: [] });
  expect(messageOf({ ...draft, titleIt: 'Stasera' }, 'k').translations).toEqual([
    { locale: 'IT', title: 'Stasera', body: '' },
  ]);
});
