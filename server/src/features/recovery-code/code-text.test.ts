import { describe, expect, test } from 'vitest';
import { newCode, readCode } from './code-text.js';

describe('a recovery code', () => {
  test('has four groups of four, no look-alikes, and 80 bits that never repeat', () => {
    const codes = Array.from({ length: 1_000 }, newCode);
    for (const code of codes) {
      expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
    }
    expect(new Set(codes).size).toBe(1_000);
  });

  test.each([
    '0123-4567-89ab-cdef',
    '0123456789ABCDEF',
    ' 0123 4567 89ab cdef ',
    'O123-4567-89AB-CDEF',
    'oi23-4567-89ab-cdef',
    'oL23–4567—89ab‐cdef',
    '０１２３-4567-89ab-cdef',
  ])('may be typed as %j', (typed) => {
    expect(readCode(typed)).toBe('0123456789abcdef');
  });

  test.each([
    '',
    '0123-4567-89ab',
    '0123-4567-89ab-cdef-0',
    '0123-4567-89ab-cdeu',
    '0123_4567_89ab_cdef',
  ])('%j is none', (typed) => {
    expect(readCode(typed)).toBeNull();
  });
});
