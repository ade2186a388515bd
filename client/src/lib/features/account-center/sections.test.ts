import { expect, test } from 'vitest';
import { hashOf, placeInHash, placeOfPage } from './sections.ts';

test('a place is found again in the address that leads to it', () => {
  const place = { section: 'security', part: 'passkeys' } as const;
  expect(hashOf(place)).toBe('#/security/passkeys');
  expect(placeInHash('#/security/passkeys')).toEqual(place);
  expect(placeInHash(hashOf({ section: 'profile' }))).toEqual({ section: 'profile' });
});

test('what is no place of the account is left to the page', () => {
  for (const hash of ['', '#', '#passkeys', '#/elsewhere', '#/security/passkeys/more'])
    expect(placeInHash(hash), hash).toBeUndefined();
  expect(placeOfPage('/sign-in')).toBeUndefined();
  expect(placeOfPage('https://example.org/security')).toBeUndefined();
});

test('links of cards are understood as the dashboard calls its pages', () => {
  expect(placeOfPage('/security#two-factor')).toEqual({ section: 'security', part: 'two-factor' });
  expect(placeOfPage('/deliveries')).toEqual({ section: 'deliveries' });
});
