import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { ReceivedMail } from '../../../test/smtp-sink.js';
import { composeMessage } from '../../channels/email/message.js';
import { renderMail } from '../../channels/email/layout/layout.js';
import { SmtpTransport } from '../../channels/email/transport/smtp-transport.js';
import type { Act } from './act.js';
import { alertGallery, examples } from './alert-gallery.js';
import { alertKinds } from './alert-kinds.js';
import { alertMail } from './alert-mail.js';
import { alertsOf } from './alert-table.js';

const site = {
  siteName: 'Gatehouse',
  publicUrl: 'https://accounts.example.org',
  supportContact: 'Discord: discord.gg/gatehouse or https://help.example.net',
};
const senders = {
  notifications: { address: 'notifications@accounts.example.org' },
  security: { address: 'security@accounts.example.org' },
};
const allowed = [`${site.publicUrl}/security`, `${site.publicUrl}/forgot-password`];
const locales = ['EN', 'IT'] as const;
const every = locales.flatMap((locale) =>
  alertGallery(site, locale).map(({ name, alert, mail }) => ({
    name: `${name} ${locale}`,
    alert,
    mail,
    ...renderMail(mail, site),
  })),
);

test('the gallery shows every kind of alert', () => {
  expect(new Set(every.map(({ alert }) => alert.kind))).toEqual(new Set(Object.keys(alertKinds)));
});

describe.each(every)('$name', ({ alert, mail, html, text }) => {
  test('links to the settings and the public page for a lost password, and nowhere else', () => {
    const followed = [...html.matchAll(/\bhref="([^"]*)"/g)].map(([, url]) => url);
    expect(followed).toEqual(allowed);
    const contact = site.supportContact;
    // Administrators among themselves need nobody else's help.
    expect(html.includes(contact)).toBe(alert.kind !== 'support_access_changed');
    // What a mail program could make a link of by itself; the operator's own words apart.
    const addresses = (body: string) => [
      ...body.replaceAll(contact, '').matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s<"]*/gi),
    ];
    expect(new Set(addresses(text).map(([url]) => url))).toEqual(new Set(allowed));
    expect(new Set(addresses(html).map(([url]) => url))).toEqual(new Set(allowed));
  });

  test('holds no token, no form, no button and nothing that is loaded', () => {
    expect(html + text).not.toMatch(/token=|invite=|[?&]\w+=|#\w+=/i);
    expect(html).not.toMatch(/<(form|input|button|img|script|link|iframe|object|svg|video)\b/i);
    expect(html).not.toMatch(/\burl\(|@import|\bsrc=|\bbgcolor=/i);
    expect(mail.blocks.map((block) => block.kind)).not.toContain('link');
    expect(mail.headers).toBeUndefined();
  });

  test('says what, when, from where and what to do, in its language and nothing unfinished', () => {
    const facts = mail.blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []));
    const values = facts.map((fact) => fact.value);
    expect(values).toContain('7GQ2-M4XK');
    expect(values.join('\n')).toMatch(/14:05/);
    const [own, others] =
      mail.locale === 'IT'
        ? ['Se non eri tu', 'Se non lo sapevi']
        : ['If this was not you', 'If you did not know of this'];
    const byOthers = alert.act.by === 'administrator' || alert.kind === 'support_access_changed';
    expect(text).toContain(byOthers ? others : own);
    expect(text).not.toMatch(/\bundefined\b|\bnull\b|\bNaN\b|\{\w+[,}]|\[object/);
    expect(mail.subject).toContain('Gatehouse');
    expect(mail.subject).toMatch(/^\p{Extended_Pictographic}/u);
    expect(mail.from).toBe('security');
  });

  test('leaves as an automatic mail that nobody can unsubscribe from', () => {
    const { options } = composeMessage(mail, new Date(), { ...site, senders });
    expect(options.headers).toMatchObject({ 'Auto-Submitted': 'auto-generated' });
    expect(JSON.stringify(options)).not.toMatch(/List-/i);
    expect(options.messageId).toBe(`<${mail.id}@accounts.example.org>`);
  });
});

const hostile = {
  'line ends': 'Telephone\r\nBcc: thief@evil.example\r\n\r\n<b>now</b>',
  NUL: 'Tele\0phone',
  'Unicode line ends': 'Tele\u2028phone\u2029Bcc: thief@evil.example',
  'five thousand characters': 'x'.repeat(5_000),
  'a second recipient': '"ada@example.org, thief@evil.example"',
  'an encoded word': '=?utf-8?Q?=0D=0ABcc:_thief@evil.example?=',
  'a turned reading direction': 'gro.elpmaxe\u202E',
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

describe.each(Object.entries(hostile))('%s', (_, words) => {
  const act: Act = {
    activityId: '01937b5e-0000-7000-8000-000000000000',
    accountId: '01937b5e-0000-7000-8000-000000000001',
    kind: 'passkey.added',
    at: '2026-12-01T13:05:00Z',
    reference: '7GQ2-M4XK',
    details: { name: words, authenticator: words, label: words, prefix: words, email: words },
    by: 'administrator',
    actor: words,
    address: words,
    country: null,
    userAgent: words,
    contacts: [],
  };
  const contact = {
    accountId: act.accountId!,
    username: words,
    locale: 'EN' as const,
    timeZone: 'UTC',
    primary: 'ada@example.org',
    secondary: null,
    advisory: true,
  };

  const detailsOf = new Map(examples.map(([kind, given = {}]) => [kind, given]));
  test.each([...detailsOf.keys()])(
    'in every string of %s makes one subject, one sender and one recipient',
    async (kind) => {
      const named = Object.keys({ ...act.details, ...detailsOf.get(kind) });
      const details = Object.fromEntries(named.map((name) => [name, words]));
      const told = { ...act, kind, details: { ...details, entries: [words, words] } };
      const hostileSite = { ...site, siteName: words, supportContact: words };
      for (const alert of alertsOf([told])) {
        const telling = { alert, together: [told], contact, to: 'ada@example.org' };
        const mail = { ...alertMail(telling, hostileSite), id: randomUUID() };
        const already = sink.messages.length;
        await transport.send(composeMessage(mail, new Date(act.at), { ...hostileSite, senders }));
        expect(sink.messages).toHaveLength(already + 1);
        expectOne(sink.messages.at(-1)!);
      }
    },
  );
});

/** One of each header, for one recipient, from the one sender. */
function expectOne(mail: ReceivedMail): void {
  const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'));
  const names = head
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => line.split(':')[0]!.toLowerCase());
  expect(names.sort()).toEqual([
    'auto-submitted',
    'content-language',
    'content-type',
    'date',
    'from',
    'message-id',
    'mime-version',
    'subject',
    'to',
    'x-auto-response-suppress',
  ]);
  expect(head).toMatch(/^[ -~\r\n]*$/);
  expect(head).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(head.split('\r\n').every((line) => line.length <= 998)).toBe(true);
  expect(mail.envelopeTo).toEqual(['ada@example.org']);
  expect(mail.envelopeFrom).toBe(senders.security.address);
  expect(mail.to?.map(({ address }) => address)).toEqual(['ada@example.org']);
  expect(mail.from?.address).toBe(senders.security.address);
  expect([...(mail.subject ?? '')].length).toBeLessThanOrEqual(200);
  expect(mail.subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202E]/u);
}
