import { describe, expect, it } from 'vitest';
import { Refusal } from '../errors.js';
import {
  cleanText,
  codePoints,
  parseLocale,
  parseTimeZone,
  parseUrl,
  parseUsername,
} from './text-input.js';

function refusal(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a display name', () => {
  const rule = { field: 'displayName', min: 1, max: 64 };

  it.each([
    ['  Ann  ', 'Ann'],
    ['Jose\u0301', 'José'],
    ['Zoë ☂ Müller-O’Neil', 'Zoë ☂ Müller-O’Neil'],
    ['علی‌رضا', 'علی‌رضا'],
    ['👩‍👩‍👧', '👩‍👩‍👧'],
    ['\u200fשלום\u200e', '\u200fשלום\u200e'],
    ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ])('%j is kept as %j', (typed, kept) => {
    expect(cleanText(typed, rule)).toBe(kept);
  });

  it('has 64 characters of any script, however many bytes they are', () => {
    expect(cleanText('😀'.repeat(64), rule)).toBe('😀'.repeat(64));
    expect(cleanText('e\u0301'.repeat(64), rule)).toBe('é'.repeat(64));
    expect(refusal(() => cleanText('a'.repeat(65), rule)).message).toBe(
      'This is too long: at most 64 characters, this has 65.',
    );
  });

  it.each([
    '',
    '   ',
    '\u200b',
    '\u200d\u200e',
    '\u3164',
    '\u2800',
    '\ufeff',
    '\u0301',
    '\u00ad',
    'a\0b',
    '\ud83d',
    'a\udc00',
    'a\nb',
    'a\tb',
    'a\u001bb',
    'a\u0085b',
    'a\u007fb',
    'a\u2028b',
    'admin\u202egnp',
    '\u2066a',
    'a'.repeat(1_000_000),
    '\ud800'.repeat(1_000_000),
    ' '.repeat(1_000_000),
  ])('case %# of ugly input is refused with its field', (typed) => {
    const { code, details, message } = refusal(() => cleanText(typed, rule));
    expect({ code, details }).toEqual({
      code: 'BAD_USER_INPUT',
      details: { field: 'displayName' },
    });
    expect(message).toMatch(/^This .+\.$/);
  });

  it('of a million characters is refused at once', () => {
    const started = performance.now();
    for (const each of ['a', '\ud800', '\u0301', '👩‍', ' ']) {
      refusal(() => cleanText(each.repeat(1_000_000), rule));
    }
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('a message', () => {
  const rule = { field: 'body', max: 10_000, multiline: true };

  it('keeps its lines and tabs, with one kind of line break', () => {
    expect(cleanText(' a\r\nb\rc\n\td ', rule)).toBe('a\nb\nc\n\td');
  });

  it('may be empty where nothing else was asked', () => {
    expect(cleanText(' \n ', rule)).toBe('');
  });

  it.each(['a\0', 'a\u0007', 'a\u009b', '\u202eabc', 'a\u2029b'])('%j is refused', (typed) => {
    expect(refusal(() => cleanText(typed, rule)).details.field).toBe('body');
  });

  it('that is too short says by how much', () => {
    const work = () => cleanText('abc', { field: 'x', min: 5, max: 9 });
    expect(refusal(work).message).toBe('This is too short: at least 5 characters, this has 3.');
  });
});

it('characters are counted as people count them', () => {
  expect(codePoints('a😀é')).toBe(3);
});

describe('a username', () => {
  it.each(['ann', 'a-1', 'a_b-c', `a${'b'.repeat(31)}`])('%s is one', (text) => {
    expect(parseUsername(text)).toBe(text);
  });

  it('with capitals is refused with the name it could be', () => {
    expect(refusal(() => parseUsername('Ann')).message).toMatch(/How about “ann”\?$/);
    expect(refusal(() => parseUsername('Änn')).message).not.toContain('How about');
  });

  it.each([
    '',
    'ab',
    `a${'b'.repeat(32)}`,
    '1ann',
    '-ann',
    '_ann',
    'ann ',
    'an n',
    'ann.b',
    'änn',
    'ann\n',
    'ann\0',
    'аnn',
    '\ud800nn',
    'a'.repeat(1_000_000),
    '../etc',
    'ann/b',
  ])('case %# of ugly input is refused', (text) => {
    const { code, details } = refusal(() => parseUsername(text));
    expect({ code, details }).toEqual({ code: 'BAD_USER_INPUT', details: { field: 'username' } });
  });
});

describe('a link', () => {
  const rule = { field: 'url', protocols: ['https:'] };

  it('is brought to its normal form', () => {
    expect(parseUrl(' HTTPS://Example.ORG/a/../c ', rule).href).toBe('https://example.org/c');
  });

  it.each([
    '',
    'example.org',
    '/path',
    '//example.org',
    'http://example.org',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'https://',
    'https://a b',
    'https://ann:pw@example.org',
    'https://ann@example.org',
    'https://example.org\0',
    'https://\ud800',
    'https://example.org/\u202egnp',
    'https://exa\tmple.org',
    `https://example.org/${'a'.repeat(2_048)}`,
    'https://example.org:99999',
    'https://%00/',
  ])('case %# of ugly input is refused', (text) => {
    const { code, details } = refusal(() => parseUrl(text, rule));
    expect({ code, details }).toEqual({ code: 'BAD_USER_INPUT', details: { field: 'url' } });
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Rome', 'Europe/Rome'],
    ['europe/rome', 'Europe/Rome'],
    ['UTC', 'UTC'],
  ])('%s is %s', (text, zone) => {
    expect(parseTimeZone(text)).toBe(zone);
  });

  it.each(['', 'Rome', '+01:00', 'Europe/Rome\0', '\ud800', 'a'.repeat(1_000_000), ' UTC'])(
    'case %# of ugly input is refused',
    (text) => {
      expect(refusal(() => parseTimeZone(text)).details).toEqual({ field: 'timeZone' });
    },
  );
});

describe('a language', () => {
  it.each([
    ['EN', 'EN'],
    ['it', 'IT'],
    ['it-CH', 'IT'],
    ['en_US', 'EN'],
  ])('%s is %s', (text, locale) => {
    expect(parseLocale(text)).toBe(locale);
  });

  it.each(['', 'DE', 'ita', 'english', 'EN\0', 'EN-', 'it-'.repeat(400_000)])(
    'case %# is refused',
    (text) => {
      expect(refusal(() => parseLocale(text)).details).toEqual({ field: 'locale' });
    },
  );
});
