import { expect, test } from 'vitest';
import { addressOf, firstPage, soughtIn } from './first-page.ts';

const everything = { filter: 'ALL', category: '', search: '' } as const;
const through = (address: string) => soughtIn(new URLSearchParams(address));

test('what is sought survives the way through an address', () => {
  const sought = { filter: 'UNREAD', category: 'system', search: 'disk & “full” 50%' } as const;
  expect(through(addressOf(sought))).toEqual(sought);
  expect(addressOf(everything)).toBe('');
  expect(addressOf({ ...everything, search: '  ' })).toBe('');
});

test('an address that somebody wrote by hand is taken for what can be meant', () => {
  expect(through('?filter=Nonsense&category=&q=')).toEqual(everything);
  expect(through('?filter=dismissed').filter).toBe('DISMISSED');
  expect(through(`?q=${'x'.repeat(500)}`).search).toHaveLength(200);
});

test('the list asks for nothing that is not sought', () => {
  expect(firstPage(everything)).toMatchObject({ filter: 'ALL', category: null, search: null });
  expect(firstPage({ ...everything, search: ' disk ' }).search).toBe('disk');
});
