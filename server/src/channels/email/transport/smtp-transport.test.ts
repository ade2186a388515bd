import { afterEach, describe, expect, it } from 'vitest';
import { SmtpSink } from '../../../../test/smtp-sink.js';
import type { SinkOptions } from '../../../../test/smtp-sink.js';
import { composeMessage } from '../message.js';
import { SmtpTransport } from './smtp-transport.js';
import type { SmtpTimeLimits } from './smtp-transport.js';
import { MailRefused } from './transport.js';

const settings = {
  siteName: 'Gatehouse',
  publicUrl: 'https://accounts.example.org',
  senders: {
    notifications: { address: 'notifications@accounts.example.org' },
    security: { address: 'security@accounts.example.org', name: 'Gatehouse security' },
  },
};
const date = new Date('2026-12-01T13:05:00Z');

function message(
  id: string,
  address = 'ada@example.org',
  from: 'notifications' | 'security' = 'security',
) {
  const to = { address, name: 'Ada Lovelace' };
  const blocks = [{ kind: 'paragraph' as const, text: `Perché no? — ${id}` }];
  const mail = { id, kind: 'test', to, from, locale: 'EN' as const, subject: 'È pronto ✓', blocks };
  return composeMessage(mail, date, settings);
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function post(options: SinkOptions = {}, query = '', limits?: SmtpTimeLimits) {
  const sink = await SmtpSink.open(options);
  const url = sink.url.replace('//', options.signIn ? '//gate:right@' : '//');
  const transport = new SmtpTransport(url + query, limits);
  closing.push(
    () => transport.close(),
    () => sink.close(),
  );
  return { sink, transport };
}

const refusal = (sending: Promise<unknown>) =>
  sending.then(
    () => expect.unreachable('the mail was taken'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(MailRefused);
      return error as MailRefused;
    },
  );

describe('a mail over SMTP', () => {
  it('arrives at its one recipient, whole, and the answer is told', async () => {
    const { sink, transport } = await post();
    const { response } = await transport.send(message('mail-1'));
    expect(response).toBe('250 2.0.0 kept');
    const [mail] = await sink.received(1);
    expect(mail).toMatchObject({
      envelopeTo: ['ada@example.org'],
      envelopeFrom: 'security@accounts.example.org',
      from: { address: 'security@accounts.example.org', name: 'Gatehouse security' },
      to: [{ address: 'ada@example.org', name: 'Ada Lovelace' }],
      subject: 'È pronto ✓',
      messageId: '<mail-1@accounts.example.org>',
      date: date.toISOString(),
      attachments: [],
    });
    expect(mail?.text).toContain('Perché no? — mail-1');
    expect(mail?.html).toContain('Perché no? — mail-1');
    const headers = Object.fromEntries(mail?.headers.map(({ key, value }) => [key, value]) ?? []);
    expect(headers['auto-submitted']).toBe('auto-generated');
    expect(headers['content-language']).toBe('en');
    expect(headers['x-mailer']).toBeUndefined();
  });

  it('bears the name of the site where its sender has none', async () => {
    const { sink, transport } = await post();
    await transport.send(message('mail-1', 'ada@example.org', 'notifications'));
    const [mail] = await sink.received(1);
    expect(mail?.from).toMatchObject({
      name: 'Gatehouse',
      address: 'notifications@accounts.example.org',
    });
  });

  it('keeps its id and date when it is tried again', async () => {
    const { sink, transport } = await post();
    sink.script({ code: 451, text: '4.3.0 busy' }, { code: 451, text: '4.3.0 busy' });
    for (const attempt of [1, 2]) {
      const refused = await refusal(transport.send(message('mail-1')));
      expect([attempt, refused.permanent, refused.message]).toEqual([
        attempt,
        false,
        '451 4.3.0 busy',
      ]);
    }
    await transport.send(message('mail-1'));
    expect(sink.messages.map((mail) => [mail.messageId, mail.date])).toEqual([
      ['<mail-1@accounts.example.org>', date.toISOString()],
    ]);
  });

  it('goes over few connections that stay open', async () => {
    const { sink, transport } = await post();
    const ids = Array.from({ length: 20 }, (_, index) => `mail-${index}`);
    await Promise.all(ids.map((id) => transport.send(message(id))));
    expect(sink.messages).toHaveLength(20);
    expect(sink.connections).toBeLessThanOrEqual(3);
  });

  it('arrives at once also when the server has dropped the connections that were idle', async () => {
    const { sink, transport } = await post();
    await transport.send(message('mail-1'));
    sink.cut();
    await transport.send(message('mail-2'));
    expect(sink.messages).toHaveLength(2);
  });
});

describe('a mail that is refused', () => {
  it('is lost for good when the mailbox does not exist, and others still arrive', async () => {
    const { sink, transport } = await post();
    sink.refuse('gone@example.org');
    const refused = await refusal(transport.send(message('mail-1', 'gone@example.org')));
    expect(refused).toMatchObject({ permanent: true, message: '550 5.1.1 no such mailbox' });
    await transport.send(message('mail-2'));
    expect(sink.messages).toHaveLength(1);
  });

  it('may pass later when the mailbox is only busy', async () => {
    const { sink, transport } = await post();
    sink.refuse('busy@example.org', 450, '4.2.1 busy');
    const refused = await refusal(transport.send(message('mail-1', 'busy@example.org')));
    expect(refused.permanent).toBe(false);
  });

  it('is lost for good when its content is refused', async () => {
    const { sink, transport } = await post();
    sink.script({ code: 554, text: '5.7.1 spam' });
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(true);
  });

  it('waits while the operator has set a wrong password', async () => {
    const { transport } = await post({ signIn: { user: 'gate', password: 'other' } });
    const refused = await refusal(transport.send(message('mail-1')));
    expect(refused).toMatchObject({ permanent: false, message: '535 5.7.8 wrong password' });
  });

  it('waits while nobody listens', async () => {
    const { sink, transport } = await post();
    await sink.close();
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(false);
    closing.pop();
  });

  it('waits when the server falls silent after the data', async () => {
    const limits = { connection: 500, greeting: 500, silence: 300, message: 5_000 };
    const { sink, transport } = await post({}, '', limits);
    sink.script('hang');
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(false);
    expect(sink.messages).toHaveLength(0);
    await transport.send(message('mail-1'));
    expect(sink.messages).toHaveLength(1);
  });

  it('waits when the server is gone after the data, and is not sent again behind our back', async () => {
    const { sink, transport } = await post();
    sink.script('drop');
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(false);
    expect(sink.messages).toHaveLength(0);
  });

  it('is given up after its time in all', async () => {
    const limits = { connection: 500, greeting: 500, silence: 60_000, message: 300 };
    const { sink, transport } = await post({}, '', limits);
    sink.script('hang');
    const before = Date.now();
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(false);
    expect(Date.now() - before).toBeLessThan(3_000);
  });
});

describe('encryption', () => {
  it('is used when the server offers it', async () => {
    const { sink, transport } = await post({ startTls: true }, '?tls.rejectUnauthorized=false');
    await transport.send(message('mail-1'));
    expect(sink.messages[0]?.encrypted).toBe(true);
  });

  it('refuses a certificate that nobody vouches for, rather than going on in clear', async () => {
    const { sink, transport } = await post({ startTls: true });
    expect((await refusal(transport.send(message('mail-1')))).permanent).toBe(false);
    expect(sink.messages).toHaveLength(0);
  });

  it('is a must when the operator says so', async () => {
    const { sink, transport } = await post({}, '?requireTLS=true');
    await refusal(transport.send(message('mail-1')));
    expect(sink.messages).toHaveLength(0);
  });

  it('does not come before a password on this very machine', async () => {
    const { sink, transport } = await post({ signIn: { user: 'gate', password: 'right' } });
    await transport.send(message('mail-1'));
    expect(sink.messages).toHaveLength(1);
  });
});
