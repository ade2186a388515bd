import { describe, expect, it } from 'vitest';
import { newOneTimePassword, suggestPassword } from './suggest-password.js';

const strict = {
  minLength: 12,
  requireUppercase: true,
  requireLowercase: true,
  requireDigit: true,
  requireSymbol: true,
};

describe('a suggested password', () => {
  it('meets the strictest rules, every time', () => {
    const all = Array.from({ length: 500 }, () => suggestPassword(strict));
    expect(new Set(all).size).toBe(500);
    for (const password of all) {
      expect(password).toHaveLength(20);
      expect(password).toMatch(/\p{Lu}/u);
      expect(password).toMatch(/\p{Ll}/u);
      expect(password).toMatch(/\d/);
      expect(password).toMatch(/[^\p{L}\p{N}\s]/u);
    }
  });

  it('has nothing that looks like something else', () => {
    for (let round = 0; round < 200; round += 1) {
      expect(suggestPassword(strict)).not.toMatch(/[0Oo1lIi|2Zz5Ss8B'"`\\ ]/);
    }
  });

  it('is as long as the policy asks for', () => {
    expect(suggestPassword({ minLength: 8 })).toHaveLength(20);
    expect(suggestPassword({ minLength: 128 })).toHaveLength(128);
  });
});

describe('a one-time password', () => {
  it('is easy to read out', () => {
    expect(newOneTimePassword({ minLength: 12 })).toMatch(/^[a-z0-9]{5}(-[a-z0-9]{5}){3}$/);
  });

  it('meets the strictest rules', () => {
    for (let round = 0; round < 200; round += 1) {
      const password = newOneTimePassword({ ...strict, minLength: 33 });
      expect(password.length).toBeGreaterThanOrEqual(33);
      expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*-)/);
    }
  });
});
