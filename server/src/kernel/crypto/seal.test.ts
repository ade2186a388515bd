import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Sealer } from './seal.js';
import type { Sealed } from './seal.js';

const old = randomBytes(32);
const young = randomBytes(32);
const sealer = new Sealer([young]);

describe('a sealed secret', () => {
  it.each(['', 'JBSWY3DPEHPK3PXP', 'ünïcödé 😀\0\n', 'x'.repeat(1_000_000)])(
    'case %# comes back',
    (plain) => {
      const secret = sealer.seal(plain, 'totp:1');
      if (plain !== '') expect(secret).not.toContain(plain);
      expect(sealer.open(secret, 'totp:1')).toBe(plain);
    },
  );

  it('looks different each time', () => {
    expect(sealer.seal('same', 'totp:1')).not.toBe(sealer.seal('same', 'totp:1'));
  });

  it('opens for no other purpose or account', () => {
    const secret = sealer.seal('x', 'totp:1');
    for (const purpose of ['totp:2', 'discord:1', '', 'totp:1 ']) {
      expect(() => sealer.open(secret, purpose)).toThrow('changed or moved');
    }
  });

  it('does not open after any of its bits was changed', () => {
    const secret = sealer.seal('secret', 'p');
    const body = Buffer.from(secret.slice(12), 'base64url');
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const changed = Buffer.from(body);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const text = secret.slice(0, 12) + changed.toString('base64url');
      expect(() => sealer.open(text as Sealed, 'p')).toThrow();
    }
  });

  it.each(['', 'v1', 'v1..', 'v2.00000000.AAAA', 'v1.00000000.AAAA', 'plain text', '\ud800'])(
    'is not %j',
    (text) => {
      expect(() => sealer.open(text as Sealed, 'p')).toThrow('not a sealed secret');
      expect(() => sealer.needsResealing(text as Sealed)).toThrow('not a sealed secret');
    },
  );
});

describe('a replaced key', () => {
  const rotated = new Sealer([young, old]);

  it('still opens what it sealed, and says that it should be sealed anew', () => {
    const secret = new Sealer([old]).seal('x', 'p');
    expect(rotated.open(secret, 'p')).toBe('x');
    expect(rotated.needsResealing(secret)).toBe(true);
    const anew = rotated.seal('x', 'p');
    expect(rotated.needsResealing(anew)).toBe(false);
    expect(new Sealer([young]).open(anew, 'p')).toBe('x');
  });

  it('that is gone is named, without telling the secret', () => {
    const secret = new Sealer([old]).seal('x', 'p');
    expect(() => new Sealer([young]).open(secret, 'p')).toThrow(
      /sealed with the key [0-9a-f]{8}, which SECRET_KEY lacks/,
    );
  });

  it('is known by its fingerprint, another is not', () => {
    expect(rotated.fingerprint()).toBe(new Sealer([young]).fingerprint());
    expect(rotated.knows(new Sealer([old]).fingerprint())).toBe(true);
    expect(rotated.knows(new Sealer([randomBytes(32)]).fingerprint())).toBe(false);
    expect(rotated.fingerprint()).not.toContain(young.toString('hex').slice(0, 8));
  });
});

it('a key of another length is refused', () => {
  expect(() => new Sealer([])).toThrow(RangeError);
  expect(() => new Sealer([randomBytes(31)])).toThrow(RangeError);
});
