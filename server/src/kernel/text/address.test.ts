import { describe, expect, it } from 'vitest';
import { parseEmail } from './address.js';

describe('an e-mail address', () => {
  it.each([
    ['ann@example.org', 'ann@example.org', 'ann@example.org'],
    ['  Ann@EXAMPLE.org \n', 'Ann@example.org', 'ann@example.org'],
    ['ann+news@example.org', 'ann+news@example.org', 'ann+news@example.org'],
    ["o'neil@example.org", "o'neil@example.org", "o'neil@example.org"],
    ['root@localhost', 'root@localhost', 'root@localhost'],
    ['ann@München.de', 'ann@münchen.de', 'ann@xn--mnchen-3ya.de'],
    ['ann@XN--MNCHEN-3YA.de', 'ann@münchen.de', 'ann@xn--mnchen-3ya.de'],
    ['ａｎｎ＠ｅｘａｍｐｌｅ．org', 'ann@example.org', 'ann@example.org'],
    ['アン@例え。jp', 'アン@例え.jp', 'アン@xn--r8jz45g.jp'],
    ['Jose\u0301@example.org', 'José@example.org', 'josé@example.org'],
    [
      'ann@mail.sub-domain.example.org',
      'ann@mail.sub-domain.example.org',
      'ann@mail.sub-domain.example.org',
    ],
  ])('%j is shown as %s and is one with %s', (text, display, canonical) => {
    expect(parseEmail(text)).toEqual({ display, canonical });
  });

  it('has a canonical form that stays itself', () => {
    for (const text of ['Ann@München.de', 'ａｎｎ＠example.org', 'İ@example.org', 'ẞ@straße.de']) {
      const { canonical = '' } = parseEmail(text) ?? {};
      expect(parseEmail(canonical)?.canonical).toBe(canonical);
    }
  });

  it('is not merged with one that only looks like it', () => {
    for (const other of ['аnn@example.org', 'annı@example.org', 'ann@examp1e.org']) {
      expect(parseEmail(other)?.canonical).not.toBe('ann@example.org');
    }
    // Upper-cased both would be MIKE@; that was CVE-2019-19844.
    expect(parseEmail('mıke@example.org')?.canonical).not.toBe('mike@example.org');
  });

  it.each([
    '',
    ' ',
    '@',
    'ann',
    'ann@',
    '@example.org',
    'ann@example',
    'ann@@example.org',
    'a@b@example.org',
    'ann smith@example.org',
    '"ann smith"@example.org',
    '"ann"@example.org',
    'ann.@example.org',
    '.ann@example.org',
    'a..b@example.org',
    'ann@example..org',
    'ann@.example.org',
    'ann@example.org.',
    'ann@-example.org',
    'ann@exam_ple.org',
    'ann@127.0.0.1',
    'ann@127.1',
    'ann@[127.0.0.1]',
    'ann@0x7f.1',
    'ann@example.org/x',
    'ann@exa%6dple.org',
    'ann@example.org:25',
    'ann@example.org\r\nBcc: b@example.org',
    'ann\0@example.org',
    'ann@exam\0ple.org',
    'ann\u202e@example.org',
    'ann\u200b@example.org',
    'a\ud800@example.org',
    'Ann <ann@example.org>',
    '<ann@example.org>',
    'a<b@example.org',
    'a,b@example.org',
    'a;b@example.org',
    'a(c)@example.org',
    'ann@xn--a.org',
    `${'a'.repeat(65)}@example.org`,
    `${'é'.repeat(33)}@example.org`,
    `ann@${'a'.repeat(64)}.org`,
    `ann@${'a.'.repeat(125)}org`,
    'a'.repeat(1_000_000),
    `${'@'.repeat(500)}`,
    'mailto:ann@example.org@x.org',
  ])('refuses case %#', (text) => {
    expect(parseEmail(text)).toBeNull();
  });
});
