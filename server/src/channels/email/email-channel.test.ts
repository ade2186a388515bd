import { expect, it } from 'vitest';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { SinkAnswer } from '../../../test/smtp-sink.js';
import { channelContract } from '../../features/delivery/channel.contract.js';
import type { ProviderAnswer } from '../../features/delivery/channel.contract.js';
import { EmailChannel } from './email-channel.js';
import { SmtpTransport } from './transport/smtp-transport.js';

const publicUrl = 'https://accounts.example.org';
const settings = {
  siteName: 'Gatehouse',
  publicUrl,
  senders: {
    notifications: { address: 'notifications@accounts.example.org' },
    security: { address: 'security@accounts.example.org' },
  },
};
const limits = { connection: 1_000, greeting: 1_000, silence: 1_000, message: 2_000 };
const answers: Partial<Record<ProviderAnswer, SinkAnswer>> = {
  accept: 'accept',
  busy: { code: 451, text: '4.3.0 busy' },
  never: { code: 554, text: '5.7.1 not wanted' },
  drop: 'drop',
  hang: 'hang',
};

async function open() {
  const sink = await SmtpSink.open();
  const transport = new SmtpTransport(sink.url, limits);
  const address = 'ada@example.org';
  return {
    sink,
    channel: new EmailChannel(settings, transport),
    destination: { to: { address, name: 'ada' }, mail: null },
    secrets: [address],
    answer: (next: ProviderAnswer) => sink.script(answers[next]!),
    received: () =>
      sink.messages.map((mail) => `${mail.messageId} ${mail.subject} ${mail.text ?? ''}`),
    async close() {
      await transport.close();
      await sink.close();
    },
  };
}

channelContract('e-mail', open, { also: [], carriesId: true, hasLimit: false });

const message = {
  id: '0197a3c0-0000-7000-8000-000000000001',
  type: 'admin.message',
  severity: 'INFO',
  title: 'Maintenance <tonight>',
  body: 'From 22:00\nto 23:00.',
  data: {},
  createdAt: new Date('2026-11-24T13:05:00Z'),
  locale: 'EN',
  timeZone: 'Europe/Rome',
  siteName: 'Gatehouse',
} as const;

it('a notification’s button leads to this site; another address is shown to be read', async () => {
  const { sink, channel, destination, close } = await open();
  await channel.send(destination, { ...message, url: `${publicUrl}/limits` });
  await channel.send(destination, { ...message, url: 'https://evil.example/x' });
  const [own, other] = sink.messages;
  expect(own!.html).toContain(`href="${publicUrl}/limits"`);
  expect(own!.html).toContain('Maintenance &lt;tonight&gt;');
  expect(own!.text).toContain('From 22:00\nto 23:00.');
  expect(own!.text).toContain('Tuesday, 24 November 2026 at 14:05 CET');
  expect(other!.html).not.toContain('href="https://evil.example');
  expect(other!.text).toContain('https://evil.example/x');
  expect(other!.html).toContain(`href="${publicUrl}/notifications"`);
  expect(own!.envelopeFrom).toBe('notifications@accounts.example.org');
  await close();
});
