import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, endless, openReceiver, silent } from '../../../test/receiver.js';
import type { Answering, Receiver } from '../../../test/receiver.js';
import { channelContract } from '../../features/delivery/channel.contract.js';
import type { ProviderAnswer } from '../../features/delivery/channel.contract.js';
import type { NotTaken, OutboundMessage } from '../../features/delivery/channel.js';
import { SettableClock } from '../../kernel/clock.js';
import { parseCidr } from '../../kernel/network/network.js';
import { Outbound } from '../../kernel/network/outbound.js';
import { WebhookChannel } from './webhook-channel.js';

const limits = { connect: 500, total: 1_000, answer: 65_536 };
const allow = [parseCidr('127.0.0.0/8')!];
const newest = { secret: 'whsec_bmV3ZXN0IHNlY3JldCBvZiBhbGwgb2YgdGhlbQ==', until: null };
const former = 'whsec_Zm9ybWVyIHNlY3JldCBvZiBhbGwgb2YgdGhlbSE=';

const answers: Record<ProviderAnswer, Answering> = {
  accept: answering(200),
  busy: answering(503),
  never: answering(410),
  drop: (_, response) => void response.destroy(),
  hang: silent,
  limited: answering(429, '', { 'retry-after': '7' }),
  limitedAll: answering(429),
  gone: answering(410),
  endless: endless(200),
};

channelContract(
  'a webhook',
  async () => {
    const receiver = await openReceiver();
    return {
      channel: new WebhookChannel(new Outbound({ allow, limits }), new SettableClock()),
      destination: { url: `${receiver.url}/capability-path`, secrets: [newest] },
      secrets: [newest.secret, 'capability-path'],
      answer: (next) => {
        receiver.answer = (...parameters) => {
          receiver.answer = answers.accept;
          answers[next](...parameters);
        };
      },
      received: () =>
        receiver.received.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`),
      close: () => receiver.close(),
    };
  },
  { also: ['limited', 'gone', 'endless'], carriesId: true, hasLimit: false },
);

const message: OutboundMessage = {
  id: '0197a3c0-0000-7000-8000-000000000001',
  type: 'quota.near_limit',
  severity: 'WARNING',
  title: 'Your space is nearly used up',
  body: '80 % of 500 GB are used.',
  url: 'https://accounts.example.org/limits',
  data: { object: 'disk', used: 8, limit: 10, threshold: 80, event: 'exceeded' },
  createdAt: new Date('2026-11-24T13:05:00Z'),
  locale: 'EN',
  timeZone: 'Europe/Rome',
  siteName: 'Gatehouse',
};

describe('a webhook', () => {
  let receiver: Receiver;
  let clock: SettableClock;
  beforeEach(async () => {
    receiver = await openReceiver();
    clock = new SettableClock();
  });
  afterEach(() => receiver.close());

  const send = (secrets: readonly { secret: string; until: string | null }[] = [newest]) =>
    new WebhookChannel(new Outbound({ allow, limits }), clock).send(
      { url: `${receiver.url}/hook?key=in-the-address`, secrets },
      message,
    );
  const refusal = (answer: Answering) => {
    receiver.answer = answer;
    return send().then(
      () => expect.fail('it was taken'),
      (error: NotTaken) => error,
    );
  };
  const verify = (secret: string) => {
    const { headers, body } = receiver.received.at(-1)!;
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  };

  it('is told type, time and data, and the reference library takes the signature', async () => {
    await send();
    expect(verify(newest.secret)).toEqual({
      type: 'quota.near_limit',
      timestamp: '2026-11-24T13:05:00.000Z',
      data: {
        severity: 'WARNING',
        title: 'Your space is nearly used up',
        body: '80 % of 500 GB are used.',
        url: 'https://accounts.example.org/limits',
        object: 'disk',
        used: 8,
        limit: 10,
        threshold: 80,
        event: 'exceeded',
      },
    });
    expect(receiver.received[0]).toMatchObject({
      method: 'POST',
      path: '/hook?key=in-the-address',
      headers: { 'content-type': 'application/json', 'webhook-id': message.id },
    });
  });

  it('finds both signatures until the former secret is over, and then one', async () => {
    const until = new Date(clock.now().getTime() + 60_000).toISOString();
    const secrets = [newest, { secret: former, until }];
    await send(secrets);
    expect(verify(newest.secret)).toMatchObject({ type: 'quota.near_limit' });
    expect(verify(former)).toMatchObject({ type: 'quota.near_limit' });
    clock.advance(60_000);
    await send(secrets);
    expect(verify(newest.secret)).toMatchObject({ type: 'quota.near_limit' });
    expect(() => verify(former)).toThrow('No matching signature');
  });

  it('leaves a log of what was asked and answered, without the address’s path or a signature', async () => {
    receiver.answer = answering(200, `thanks for ${receiver.url}/hook?key=in-the-address`);
    const { request, response } = await send();
    expect(request).toContain(`POST ${receiver.url}/…\n`);
    expect(request).toContain(`webhook-id: ${message.id}`);
    expect(request).toContain('webhook-signature: v1,…\n');
    expect(request).toContain('"type":"quota.near_limit"');
    expect(request).not.toContain('in-the-address');
    expect(response).toBe('thanks for …');
  });

  it.each([301, 302, 303, 307, 308])(
    'that answers %i is not followed to this machine',
    async (status) => {
      const inside = await openReceiver();
      const error = await refusal(answering(status, '', { location: `${inside.url}/admin` }));
      expect(error.message).toContain('not followed');
      expect(error.how).not.toHaveProperty('permanent');
      expect(inside.connections).toBe(0);
      await inside.close();
    },
  );

  it.each([400, 401, 403, 404, 500, 502])('that answers %i is tried again', async (status) => {
    const { how, message: words } = await refusal(answering(status, 'why'));
    expect(words).toContain(String(status));
    expect(how).toMatchObject({ answer: { statusCode: status, response: 'why' } });
    expect(Object.keys(how)).toEqual(['answer']);
  });

  it('may ask to wait in seconds or until a time, a day at most', async () => {
    const inTwoMinutes = new Date(clock.now().getTime() + 120_000).toUTCString();
    const waits = [];
    for (const header of ['30', inTwoMinutes, '9999999', '-5', 'soon', '0']) {
      const { how } = await refusal(answering(503, '', { 'retry-after': header }));
      waits.push(how.retryAfter);
    }
    expect(waits[1]).toBeGreaterThan(117);
    expect(waits[1]).toBeLessThanOrEqual(120);
    expect([waits[0], ...waits.slice(2)]).toEqual([30, 86_400, undefined, undefined, undefined]);
  });

  it('whose name leads inside at the send is refused for good, and nobody is asked', async () => {
    const outbound = new Outbound({ allow: [], limits, resolve: async () => ['127.0.0.1'] });
    const sending = new WebhookChannel(outbound, clock).send(
      { url: `https://hooks.example.org:${receiver.port}/`, secrets: [newest] },
      message,
    );
    await expect(sending).rejects.toMatchObject({ how: { permanent: true } });
    expect(receiver.connections).toBe(0);
  });
});
