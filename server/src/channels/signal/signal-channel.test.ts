import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, openReceiver, silent } from '../../../test/receiver.js';
import { openSignal, signalSender } from '../../../test/signal.js';
import type { FakeSignal } from '../../../test/signal.js';
import { channelContract } from '../../features/delivery/channel.contract.js';
import type { NotTaken, OutboundMessage } from '../../features/delivery/channel.js';
import { Outbound } from '../../kernel/network/outbound.js';
import { SignalChannel } from './signal-channel.js';

const limits = { connect: 500, total: 1_000, answer: 65_536 };
const number = '+393331234567';
const channelTo = (apiUrl: string, sender = signalSender) =>
  new SignalChannel(new Outbound({ allow: [], limits }), { apiUrl, sender }, 1_000);

channelContract(
  'Signal',
  async () => {
    const signal = await openSignal();
    let broken: 'drop' | 'hang' | null = null;
    const relay = await openReceiver((request, response, incoming) => {
      const doing = broken;
      broken = null;
      if (doing === 'hang') return silent(request, response, incoming);
      if (doing === 'drop') return void response.destroy();
      void fetch(signal.apiUrl + request.path, { method: 'POST', body: request.body }).then(
        async (answer) => {
          signal.always = null;
          answering(answer.status, await answer.text())(request, response, incoming);
        },
      );
    });
    return {
      channel: channelTo(relay.url),
      destination: { number },
      secrets: [number],
      answer(next) {
        if (next === 'drop' || next === 'hang') broken = next;
        if (next === 'busy') {
          signal.always = { status: 400, body: '{"error":"Failed to send message"}' };
        }
        if (next === 'never') signal.unregistered.add(number);
      },
      received: () => signal.messages.map(({ text }) => text),
      async close() {
        await relay.close();
        await signal.close();
      },
    };
  },
  { also: [], carriesId: false, hasLimit: true },
);

const message: OutboundMessage = {
  id: '0197a3c0-0000-7000-8000-000000000001',
  type: 'admin.message',
  severity: 'INFO',
  title: 'Maintenance *tonight*',
  body: 'From 22:00 to 23:00.',
  url: 'https://accounts.example.org/notifications',
  data: {},
  createdAt: new Date('2026-11-24T13:05:00Z'),
  locale: 'EN',
  timeZone: 'Europe/Rome',
  siteName: 'Gatehouse',
};

describe('by Signal', () => {
  let signal: FakeSignal;
  beforeEach(async () => {
    signal = await openSignal();
  });
  afterEach(() => signal.close());
  const refusal = (channel = channelTo(signal.apiUrl)) =>
    channel.send({ number }, message).then(
      () => expect.fail('it was taken'),
      (error: NotTaken) => error,
    );

  it('a message says which site it is of, as plain text, and where to read on', async () => {
    const { request } = await channelTo(signal.apiUrl).send({ number }, message);
    expect(signal.messages).toEqual([
      {
        to: number,
        text: 'Gatehouse: Maintenance *tonight*\n\nFrom 22:00 to 23:00.\n\nhttps://accounts.example.org/notifications',
      },
    ]);
    expect(signal.received[0]!.json).toMatchObject({ number: signalSender, text_mode: 'normal' });
    expect(request).toContain('POST /v2/send');
    expect(request).not.toContain(number);
  });

  it('a long message is cut before its address', async () => {
    await channelTo(signal.apiUrl).send({ number }, { ...message, body: '🙂'.repeat(4_000) });
    const { text } = signal.messages[0]!;
    expect([...text]).toHaveLength(2_000);
    expect(text).toMatch(/🙂…\n\nhttps:\/\/accounts\.example\.org\/notifications$/u);
  });

  it('a number without an account is told as that', async () => {
    signal.unregistered.add(number);
    const { message: words, how } = await refusal();
    expect(words).toBe('There is no Signal account of this number.');
    expect(how).toMatchObject({ permanent: true });
    expect(JSON.stringify(how)).not.toContain(number);
  });

  it('a limit is the sender’s, so everybody waits', async () => {
    signal.limited = 1;
    expect((await refusal()).how).toMatchObject({ retryAfter: 60, wholeChannel: true });
    await channelTo(signal.apiUrl).send({ number }, message);
  });

  it('a sender that is not registered is the site’s to mend: it is tried again', async () => {
    const { how } = await refusal(channelTo(signal.apiUrl, '+390000000'));
    expect(how).not.toHaveProperty('permanent');
    expect(how.answer).toMatchObject({ statusCode: 400 });
  });

  it('a service that is away is named, and its setting', async () => {
    await signal.close();
    const { message: words, how } = await refusal();
    expect(words).toContain('SIGNAL_API_URL');
    expect(how).not.toHaveProperty('permanent');
  });
});
