import { describe, expect, it } from 'vitest';
import {
  draw,
  hashSecret,
  isWellFormedToken,
  newPrefixedToken,
  newSecret,
  safeEqual,
} from './token.js';

it('a secret has 256 bits that nobody had before', () => {
  const all = Array.from({ length: 1_000 }, newSecret);
  expect(new Set(all).size).toBe(1_000);
  for (const secret of all) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
});

it('what is stored of a secret does not tell it', () => {
  // FIPS 180-4's example for "abc".
  expect(Buffer.from(hashSecret('abc'), 'base64url').toString('hex')).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it('texts are compared whole, also when they differ in length', () => {
  expect(safeEqual('abc', 'abc')).toBe(true);
  for (const other of ['', 'ab', 'abcd', 'abC', 'abc\0'])
    expect(safeEqual('abc', other)).toBe(false);
});

describe('a token that starts with a prefix', () => {
  it('is told by its form and shows no more than its beginning', () => {
    for (let round = 0; round < 200; round += 1) {
      const { secret, display } = newPrefixedToken('gth');
      expect(secret).toMatch(/^gth_[0-9A-Za-z]{46}$/);
      expect(isWellFormedToken(secret, 'gth')).toBe(true);
      expect(display).toBe(`${secret.slice(0, 8)}…`);
    }
  });

  it('is refused with any one character mistyped', () => {
    const { secret } = newPrefixedToken('gth');
    for (let place = 0; place < secret.length; place += 1) {
      const other = secret[place] === 'x' ? 'y' : 'x';
      const typo = secret.slice(0, place) + other + secret.slice(place + 1);
      expect(isWellFormedToken(typo, 'gth')).toBe(false);
    }
  });

  it('is none of these', () => {
    const { secret } = newPrefixedToken('gth');
    const ugly = [
      '',
      'gth_',
      secret.slice(1),
      `${secret} `,
      `${secret}\n`,
      secret.toLowerCase(),
      '\0',
      '\ud800',
      'gth_'.repeat(250_000),
    ];
    for (const text of ugly) expect(isWellFormedToken(text, 'gth')).toBe(false);
    expect(isWellFormedToken(secret, 'gtk')).toBe(false);
  });

  it('has a prefix of plain letters', () => {
    for (const prefix of ['', 'a', 'Gth', 'g_h', 'gatehouse-token']) {
      expect(() => newPrefixedToken(prefix)).toThrow(RangeError);
    }
  });
});

it('every character is drawn as often as every other', () => {
  const alphabet = 'abcdefg';
  const counts = new Map<string, number>();
  for (const letter of draw(alphabet, 70_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  // Six standard deviations of a binomial with n = 70000, p = 1/7: fails once in 10⁸ runs.
  for (const letter of alphabet)
    expect(Math.abs((counts.get(letter) ?? 0) - 10_000)).toBeLessThan(556);
});
