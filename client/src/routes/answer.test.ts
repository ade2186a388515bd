import { describe, expect, test } from 'vitest';
import { Failure } from '../lib/connection/failure.ts';
import { answered, safeReturnTo, signInPath } from './answer.ts';
import { negotiateLocale } from './preferences.ts';

const origin = 'https://accounts.example.org';

describe('after a sign-in', () => {
  test.each([
    ['/security?x=1#sessions', '/security?x=1#sessions'],
    [`${origin}/notifications`, '/notifications'],
    [null, '/profile'],
    ['', '/profile'],
    ['https://evil.example/', '/profile'],
    ['//evil.example/', '/profile'],
    ['/\\evil.example', '/profile'],
    ['/.//evil.example', '/profile'],
    ['javascript:alert(1)', '/profile'],
    ['https://accounts.example.org.evil.example/', '/profile'],
  ])('%s leads to %s', (wanted, expected) => {
    expect(safeReturnTo(wanted, origin)).toBe(expected);
  });

  const shop = 'https://shop.example.com';
  test.each([
    [`${shop}/account?tab=1#top`, `${shop}/account?tab=1#top`],
    ['/security', '/security'],
    ['https://shop.example.com.evil.example/', '/profile'],
    ['https://shop.example.com@evil.example/', '/profile'],
    ['http://shop.example.com/', '/profile'],
    ['https://shop.example.com:444/', '/profile'],
  ])('a site that embeds us may have its own page back: %s leads to %s', (wanted, expected) => {
    expect(safeReturnTo(wanted, origin, [shop])).toBe(expected);
  });

  test('the way back survives the sign-in page', () => {
    const url = new URL(signInPath('/security?x=1', 'session-ended'), origin);
    expect(safeReturnTo(url.searchParams.get('returnTo'), origin)).toBe('/security?x=1');
  });
});

describe('the language of a page', () => {
  test.each([
    ['it', 'en-GB,en', 'it'],
    [undefined, 'it-IT,it;q=0.9,en;q=0.8', 'it'],
    [undefined, 'de, en;q=0.5, it;q=0.7', 'it'],
    [undefined, 'it;q=0, en', 'en'],
    [undefined, 'de', 'en'],
    [undefined, null, 'en'],
    ['<script>', 'it', 'it'],
  ])('chosen %s, browser %s: %s', (chosen, accepted, expected) => {
    expect(negotiateLocale(chosen, accepted)).toBe(expected);
  });
});

test.each([
  ['BAD_USER_INPUT', 404],
  ['NOT_FOUND', 404],
  ['UNREACHABLE', 503],
])('a page that is refused what it asks with %s answers %i', async (code, status) => {
  await expect(answered(Promise.reject(new Failure(code)), '/x')).rejects.toMatchObject({ status });
});
