import { describe, expect, it } from 'vitest';
import type { Block, MailLocale } from '../../../kernel/outbox/mail.js';
import { renderMail } from './layout.js';

const site = { siteName: 'Gatehouse', publicUrl: 'https://accounts.example.org' };
const token = 'https://accounts.example.org/welcome?token=a_b-c&from=mail';

function render(blocks: Block[], locale: MailLocale = 'EN', subject = 'Subject') {
  return renderMail({ subject, locale, blocks }, site);
}

describe('a mail as people read it', () => {
  it('says the same in its text as in its HTML', () => {
    const { html, text } = render([
      { kind: 'heading', text: 'Your account is ready' },
      { kind: 'paragraph', text: 'First line\nsecond line' },
      {
        kind: 'facts',
        facts: [
          { label: 'Username', value: 'ada' },
          { label: 'From', value: '203.0.113.9' },
        ],
      },
      { kind: 'link', label: 'Choose', url: token },
      { kind: 'code', code: '123456' },
      { kind: 'note', text: 'Only once' },
    ]);
    expect(text).toBe(
      [
        'Your account is ready',
        '=====================',
        '',
        'First line',
        'second line',
        '',
        'Username: ada',
        'From: 203.0.113.9',
        '',
        'Choose:',
        token,
        '',
        '    123456',
        '',
        'Only once',
        '',
        '-- ',
        'Gatehouse sends this mail automatically; nobody reads replies to it.',
        'https://accounts.example.org',
        '',
      ].join('\n'),
    );
    for (const said of ['Your account is ready', '>ada<', '123456', 'Only once']) {
      expect(html).toContain(said);
    }
    expect(html).toContain('First line<br>second line');
    expect(html).toContain(`href="${token.replace('&', '&amp;')}"`);
  });

  it('is in the language of the person, and says so to a screen reader', () => {
    const { html, text } = render([{ kind: 'paragraph', text: 'Ciao' }], 'IT');
    expect(html).toContain('<html lang="it">');
    expect(text).toContain('nessuno legge le risposte');
  });

  it('loads nothing and runs nothing, so that opening it tells nobody', () => {
    const { html } = render([{ kind: 'link', label: 'Open', url: token }]);
    expect(html).not.toMatch(
      /<(img|script|link|iframe|object|video|svg)\b|\burl\(|@import|\bsrc=/i,
    );
    const addresses = [...html.matchAll(/https?:\/\/[^"'<\s]+/g)].map(([found]) => new URL(found));
    expect(new Set(addresses.map((url) => url.origin))).toEqual(new Set([site.publicUrl]));
  });

  it('follows the dark scheme of the reader', () => {
    const { html } = render([]);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme:dark)');
  });
});

describe('what somebody else typed', () => {
  const hostile = `<img src=x onerror=alert(1)>"'&</td>`;
  const shown = '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;/td&gt;';
  const places: [string, Block][] = [
    ['a heading', { kind: 'heading', text: hostile }],
    ['a paragraph', { kind: 'paragraph', text: hostile }],
    ['a note', { kind: 'note', text: hostile }],
    ['the label of a fact', { kind: 'facts', facts: [{ label: hostile, value: 'v' }] }],
    ['the value of a fact', { kind: 'facts', facts: [{ label: 'l', value: hostile }] }],
    ['the label of a link', { kind: 'link', label: hostile, url: token }],
    ['a code', { kind: 'code', code: hostile }],
  ];

  it.each(places)('stays text in %s', (_place, block) => {
    const { html } = render([block]);
    expect(html).toContain(shown);
    expect(html).not.toContain('<img');
  });

  it('stays text in the subject, the address of a link and the name of the site', () => {
    const url = `https://accounts.example.org/?q="><img>`;
    const mail = { subject: hostile, locale: 'EN' as const, blocks: [] };
    const { html } = renderMail(
      { ...mail, blocks: [{ kind: 'link', label: 'Open', url }] },
      { ...site, siteName: hostile },
    );
    expect(html).toContain(`<title>${shown}</title>`);
    expect(html).not.toContain('<img');
  });

  it('cannot add a line of its own to the facts', () => {
    const value = 'ada\r\nPassword:\u2028hunter2\u0000';
    const { text } = render([{ kind: 'facts', facts: [{ label: 'Username', value }] }]);
    expect(text).toContain('Username: ada Password: hunter2\n\n-- ');
  });

  it('cannot turn the reading direction around', () => {
    const { html, text } = render([{ kind: 'paragraph', text: 'moc.\u202Eelpmaxe' }]);
    expect(html + text).not.toMatch(/[\u202A-\u202E]/);
  });

  it('is cut where it would bury the mail', () => {
    const { text } = render([{ kind: 'paragraph', text: 'x'.repeat(1_000_000) }]);
    expect(text.length).toBeLessThan(5_000);
  });
});
