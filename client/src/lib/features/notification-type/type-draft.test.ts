import { expect, test } from 'vitest';
import { draftOf, filled, inputOf, keyShape, valuesIn } from './type-draft.ts';

const draft = {
  ...draftOf(null),
  key: 'backup.failed',
  category: 'backup',
  name: 'Backup failed',
  title: 'Backup of {host} failed',
  body: 'At {hour}, {host}. {not a name} {9}',
  titleIt: 'Il backup di {host} non è riuscito',
};

test('a type becomes a draft and the draft the same type again', () => {
  const type = {
    __typename: 'NotificationType' as const,
    key: 'backup.failed',
    category: 'backup',
    title: 'Backup failed',
    description: 'When it did not end.',
    severity: 'WARNING' as const,
    defaultChannels: ['IN_APP' as const, 'EMAIL' as const],
    builtIn: false,
    texts: [{ locale: 'IT' as const, title: 'Non riuscito', body: '' }],
  };
  const { title, description, category, key, severity, texts, defaultChannels } = type;
  const same = { title, description, category, key, severity, texts, defaultChannels };
  expect(inputOf(draftOf(type))).toEqual(same);
});

test('without a title there is no text of that language', () => {
  expect(inputOf(draft).texts?.map(({ locale }) => locale)).toEqual(['EN', 'IT']);
  expect(inputOf({ ...draft, title: '', titleIt: '' }).texts).toEqual([]);
});

test('the values that texts speak of are found, each once, and filled in where they are known', () => {
  expect(valuesIn(draft)).toEqual(['host', 'hour']);
  expect(filled(draft, { host: 'box {hour}' })).toMatchObject({
    title: 'Backup of box {hour} failed',
    body: 'At {hour}, box {hour}. {not a name} {9}',
    titleIt: 'Il backup di box {hour} non è riuscito',
  });
  expect(filled({ ...draft, title: '{constructor}' }, {}).title).toBe('{constructor}');
});

test('one that is written in Italian alone is shown to everybody in Italian', () => {
  const shown = filled({ ...draft, title: '', body: '' }, { host: 'box' });
  expect(shown.title).toBe('Il backup di box non è riuscito');
});

test.each([
  ['backup.failed', true],
  ['backup', false],
  ['Backup.failed', false],
  ['backup.', false],
  ['a.b.c.d.e.f', false],
])('%s as a key: %s', (key, isOne) => expect(keyShape.test(key)).toBe(isOne));
