import { describe, expect, test } from 'vitest';
import { newTotpSecret, qrSvg, stepOf, totpUri } from './totp-code.js';

/** "12345678901234567890", the secret of RFC 6238's test vectors, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1_000);

describe('a code of an authenticator', () => {
  // RFC 6238 appendix B, SHA-1, the last six of its eight digits.
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('is the one of RFC 6238 at %d seconds', (seconds, code) => {
    expect(stepOf(secret, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  test.each([
    [-31, false],
    [-30, true],
    [-1, true],
    [0, true],
    [29, true],
    [30, true],
    [59, true],
    [59.999, true],
    [60, false],
  ])('shown at a step’s first second counts %d seconds later: %s', (later, counts) => {
    const begin = 1_111_111_110;
    expect(stepOf(secret, '050471', at(begin + later)) === begin / 30).toBe(counts);
  });

  test.each(['287 082', ' 287082 ', '２８７０８２'])('may be typed as %j', (typed) => {
    expect(stepOf(secret, typed, at(59))).toBe(1);
  });

  test.each(['', '28708', '2870820', '-87082', '28708a', '0x1234', '287082\n287082'])(
    '%j is none',
    (typed) => {
      expect(stepOf(secret, typed, at(59))).toBeNull();
    },
  );
});

test('a secret has 160 bits, and no two are the same', () => {
  const secrets = Array.from({ length: 100 }, newTotpSecret);
  for (const each of secrets) expect(each).toMatch(/^[A-Z2-7]{32}$/);
  expect(new Set(secrets).size).toBe(100);
});

test('the URI names site and account, and a colon in a name divides nothing', () => {
  const uri = new URL(totpUri(secret, 'Ada & Sons: Mail', 'ada'));
  expect(uri.protocol).toBe('otpauth:');
  expect(uri.host).toBe('totp');
  expect(decodeURIComponent(uri.pathname)).toBe('/Ada & Sons  Mail:ada');
  expect(uri.searchParams.get('issuer')).toBe('Ada & Sons  Mail');
  expect(uri.searchParams.get('secret')).toBe(secret);
  for (const [name, usual] of [
    ['algorithm', 'SHA1'],
    ['digits', '6'],
    ['period', '30'],
  ] as const) {
    expect(uri.searchParams.get(name) ?? usual).toBe(usual);
  }
});

test('the QR code is an image that runs nothing, black on white', () => {
  const svg = qrSvg(totpUri(secret, 'Gatehouse', 'ada'));
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+">/);
  expect(svg).toContain('fill="white"');
  expect(svg).not.toMatch(/script|href|on\w+=|style/i);
});
