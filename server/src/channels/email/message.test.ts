import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import { composeMessage } from './message.js';
import { SmtpTransport } from './transport/smtp-transport.js';
import { MailRefused } from './transport/transport.js';

const settings = {
  siteName: 'Gatehouse',
  publicUrl: 'https://accounts.example.org',
  senders: {
    notifications: { address: 'notifications@accounts.example.org' },
    security: { address: 'security@accounts.example.org' },
  },
};
const plain: Mail = {
  id: 'mail-1',
  kind: 'test',
  to: { address: 'ada@example.org', name: 'Ada' },
  from: 'notifications',
  locale: 'EN',
  subject: 'Hello',
  blocks: [],
};

let sink: SmtpSink;
let transport: SmtpTransport;

beforeAll(async () => {
  sink = await SmtpSink.open();
  transport = new SmtpTransport(sink.url);
});
afterAll(async () => {
  await transport.close();
  await sink.close();
});

async function sent(change: Partial<Mail>, site = settings) {
  const before = sink.messages.length;
  await transport.send(composeMessage({ ...plain, ...change }, new Date(), site));
  const mail = (await sink.received(before + 1))[before];
  if (!mail) return expect.unreachable('nothing came');
  return mail;
}

const names = (mail: { headers: { key: string }[] }) => mail.headers.map(({ key }) => key).sort();

const breaks: [string, string][] = [
  ['CR LF', '\r\n'],
  ['CR', '\r'],
  ['LF', '\n'],
  ['NUL', '\u0000'],
  ['a vertical tab', '\u000b'],
  ['NEL', '\u0085'],
  ['U+2028', '\u2028'],
  ['U+2029', '\u2029'],
  ['a folded line', '\r\n '],
];

describe('what somebody typed into a header', () => {
  it.each(breaks)('adds no header and no recipient by %s', async (_name, end) => {
    const evil = `Hi${end}Bcc: eve@evil.example${end}Subject: other${end}${end}<b>body</b>`;
    const usual = await sent({});
    const mail = await sent(
      { subject: evil, to: { ...plain.to, name: evil }, headers: { 'X-Reference': evil } },
      { ...settings, siteName: evil },
    );
    expect(mail.envelopeTo).toEqual(['ada@example.org']);
    expect(names(mail)).toEqual([...names(usual), 'x-reference'].sort());
    expect(mail.to).toHaveLength(1);
    expect(mail.to?.[0]?.address).toBe('ada@example.org');
    expect(mail.from?.address).toBe('notifications@accounts.example.org');
    const line = 'Hi Bcc: eve@evil.example Subject: other <b>body</b>';
    expect([mail.subject, mail.to?.[0]?.name, mail.from?.name]).toEqual([line, line, line]);
  });

  it.each([
    '"><eve@evil.example>',
    'Ada" <eve@evil.example>, "',
    'Ada, eve@evil.example',
    'Ada; eve@evil.example:',
    '=?utf-8?q?Ada=0D=0ABcc:_eve@evil.example?=',
    'Ada (comment',
  ])('adds no recipient by the name %s', async (name) => {
    const mail = await sent({ to: { ...plain.to, name } });
    expect(mail.envelopeTo).toEqual(['ada@example.org']);
    expect(mail.to).toHaveLength(1);
    expect(mail.to?.[0]).toMatchObject({ address: 'ada@example.org' });
    expect(mail.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im);
  });

  it('is cut when it is 5,000 characters long, and every line keeps its limit', async () => {
    const long = 'è'.repeat(5_000);
    const mail = await sent({ subject: long, to: { ...plain.to, name: long } });
    expect(mail.subject).toBe(`${'è'.repeat(199)}…`);
    expect(mail.to?.[0]?.name).toBe(`${'è'.repeat(99)}…`);
    // RFC 5322 section 2.1.1
    expect(Math.max(...mail.raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('is cut between characters, never inside one', async () => {
    const mail = await sent({ subject: '🛡'.repeat(300) });
    expect(mail.subject).toBe(`${'🛡'.repeat(199)}…`);
  });

  it('sets no header of another name than X-…', async () => {
    const headers = { Bcc: 'eve@evil.example', 'X-Reply\r\nBcc': 'eve@evil.example' };
    const mail = await sent({ headers: headers });
    expect(mail.envelopeTo).toEqual(['ada@example.org']);
    expect(names(mail)).toEqual(names(await sent({})));
  });
});

describe('a recipient', () => {
  it.each([
    'ada',
    'ada@example.org, eve@evil.example',
    'ada@example.org\r\nRCPT TO:<eve@evil.example>',
    'ada@example.org> <eve@evil.example',
    '"ada@evil.example"@example.org',
    '"a\\"@x, eve"@example.org',
    'friends: ada@example.org;',
    `${'a'.repeat(65)}@example.org`,
    'ada@exa\u0000mple.org',
    '@example.org',
    '',
  ])('who is no plain address is refused for good: %j', (address) => {
    const compose = () => composeMessage({ ...plain, to: { address } }, new Date(), settings);
    expect(compose).toThrow(MailRefused);
    expect(compose).toThrow(expect.objectContaining({ permanent: true }));
  });

  it.each(['ada+news@example.org', "o'hara@example.org", 'a@b.co', 'ada@[192.0.2.1]'])(
    'gets the mail at %s',
    async (address) => {
      const mail = await sent({ to: { address } });
      expect(mail.envelopeTo).toEqual([address]);
    },
  );

  it('gets the mail at a domain of another script, by its IDNA form', async () => {
    const mail = await sent({ to: { address: 'ada@bücher.example' } });
    expect(mail.raw).toMatch(/^To: ada@xn--bcher-kva\.example$/m);
  });
});
