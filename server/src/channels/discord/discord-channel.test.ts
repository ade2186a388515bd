import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { botToken, openDiscord } from '../../../test/discord.js';
import type { FakeDiscord } from '../../../test/discord.js';
import { answering, openReceiver, silent } from '../../../test/receiver.js';
import { channelContract } from '../../features/delivery/channel.contract.js';
import type { NotTaken, OutboundMessage } from '../../features/delivery/channel.js';
import { Outbound } from '../../kernel/network/outbound.js';
import { DiscordApi } from './discord-api.js';
import { DiscordChannel } from './discord-channel.js';
import type { DiscordDestination } from './discord-channel.js';

const limits = { connect: 500, total: 1_000, answer: 65_536 };
const channelTo = (apiUrl: string, token: string | null = botToken) =>
  new DiscordChannel(
    new DiscordApi(new Outbound({ allow: [], limits }), {
      apiUrl,
      botToken: token,
      publicUrl: 'https://accounts.example.org',
    }),
  );
const token = 'a-token-that-must-show-nowhere-aF3dE9-a1b2';
const webhook: DiscordDestination = { kind: 'webhook', id: '80351110224678912', token };
const person: DiscordDestination = { kind: 'user', userId: '53908232506183680' };

/** Before Discord: breaks off, or says nothing, where Discord itself would not. */
async function openUnder(destination: DiscordDestination) {
  const discord = await openDiscord();
  discord.webhooks.set('80351110224678912', token);
  discord.users.set('53908232506183680', 'open');
  let next: 'drop' | 'hang' | null = null;
  const relay = await openReceiver((request, response, incoming) => {
    const doing = next;
    next = null;
    if (doing === 'hang') return silent(request, response, incoming);
    if (doing === 'drop') return void response.destroy();
    const { host: _, ...headers } = request.headers;
    void fetch(discord.apiUrl.replace('/api/v10', request.path), {
      method: request.method,
      headers: headers as Record<string, string>,
      ...(request.body === '' ? {} : { body: request.body }),
    }).then(async (answer) => {
      const body = await answer.text();
      answering(answer.status, body, Object.fromEntries(answer.headers))(
        request,
        response,
        incoming,
      );
    });
  });
  const once = (status: number, body: object) => {
    discord.always = { status, body: JSON.stringify(body) };
  };
  return {
    channel: channelTo(`${relay.url}/api/v10`),
    destination,
    secrets: [token, botToken],
    answer(what: string) {
      if (what === 'drop' || what === 'hang') next = what;
      if (what === 'busy') once(503, { message: 'overloaded', code: 130_000 });
      if (what === 'never') once(400, { message: 'Invalid Form Body', code: 50_035 });
      if (what === 'limited') discord.limit(1, { retryAfter: 6.4 });
      if (what === 'limitedAll') discord.limit(1, { retryAfter: 6.4, global: true });
      if (what === 'gone') {
        discord.webhooks.clear();
        discord.users.clear();
      }
    },
    received() {
      return discord.posted.map(({ content, embeds }) => `${content}\n${JSON.stringify(embeds)}`);
    },
    async close() {
      await relay.close();
      await discord.close();
    },
    discord,
  };
}

for (const destination of [webhook, person]) {
  const name = destination.kind === 'webhook' ? 'a Discord webhook' : 'the site’s bot at Discord';
  channelContract(
    name,
    async () => {
      const under = await openUnder(destination);
      // One refusal, then all is well again.
      const { discord } = under;
      return {
        ...under,
        answer(next) {
          under.answer(next);
          if (discord.always) {
            const { status, body } = discord.always;
            discord.always = {
              status,
              get body() {
                discord.always = null;
                return body;
              },
            };
          }
        },
      };
    },
    { also: ['limited', 'limitedAll', 'gone'], carriesId: false, hasLimit: true },
  );
}

const message: OutboundMessage = {
  id: '0197a3c0-0000-7000-8000-000000000001',
  type: 'admin.message',
  severity: 'CRITICAL',
  title: 'A *bold* @everyone',
  body: '# Heading\n- one\n1. two\n[here](https://evil.example) <@53908232506183680> see https://example.org/a_b*c',
  url: 'https://accounts.example.org/notifications',
  data: {},
  createdAt: new Date('2026-11-24T13:05:00Z'),
  locale: 'EN',
  timeZone: 'Europe/Rome',
  siteName: 'Gatehouse',
};

describe('at Discord', () => {
  let discord: FakeDiscord;
  beforeEach(async () => {
    discord = await openDiscord();
    discord.webhooks.set('80351110224678912', token);
    discord.users.set('53908232506183680', 'open');
  });
  afterEach(() => discord.close());

  const refusal = (destination: DiscordDestination, channel = channelTo(discord.apiUrl)) =>
    channel.send(destination, message).then(
      () => expect.fail('it was taken'),
      (error: NotTaken) => error,
    );

  it('what people wrote stays plain text, mentions nobody, and its addresses can be followed', async () => {
    await channelTo(discord.apiUrl).send(webhook, message);
    expect(discord.posted).toEqual([
      {
        to: 'webhook:80351110224678912',
        content: '**A \\*bold\\* @everyone**',
        allowed_mentions: { parse: [] },
        embeds: [
          {
            description: [
              '\\# Heading',
              '\\- one',
              '1\\. two',
              '\\[here\\](https://evil.example) \\<@53908232506183680> see https://example.org/a_b*c',
              '',
              'https://accounts.example.org/notifications',
            ].join('\n'),
            color: 0xdc2626,
            timestamp: '2026-11-24T13:05:00.000Z',
            footer: { text: 'Gatehouse' },
          },
        ],
      },
    ]);
  });

  it('a long message is cut where Discord would refuse it, and never within a sign', async () => {
    for (const body of ['\\'.repeat(4_000), '🙂'.repeat(3_000), '*_'.repeat(2_500)]) {
      await channelTo(discord.apiUrl).send(webhook, { ...message, title: '*'.repeat(200), body });
    }
    expect(discord.posted).toHaveLength(3);
    for (const { embeds } of discord.posted) {
      const { description } = embeds[0] as { description: string };
      expect(description.isWellFormed()).toBe(true);
      expect(description).toMatch(/[^\\](\\\\)*…\n\nhttps|^(\\\\)*…\n\nhttps/);
      expect(description).toContain('https://accounts.example.org/notifications');
    }
  });

  it('the bot opens a conversation once, and the same message twice is shown once', async () => {
    const channel = channelTo(discord.apiUrl);
    await channel.send(person, message);
    await channel.send(person, message);
    await channel.send(person, { ...message, id: '0197a3c0-0000-7000-8000-000000000002' });
    expect(discord.posted.map(({ to }) => to)).toEqual(
      Array(2).fill('conversation:953908232506183680'),
    );
    const opened = discord.received.filter(({ path }) => path.endsWith('/users/@me/channels'));
    expect(opened).toHaveLength(1);
  });

  it('a conversation that was closed is begun anew at the next try', async () => {
    const channel = channelTo(discord.apiUrl);
    await channel.send(person, message);
    discord.users.delete('53908232506183680');
    expect((await refusal(person, channel)).how).not.toHaveProperty('permanent');
    discord.users.set('53908232506183680', 'open');
    await channel.send(person, { ...message, id: '0197a3c0-0000-7000-8000-000000000003' });
    expect(discord.posted).toHaveLength(2);
  });

  it('who lets no bot write is told what to do, once and for all', async () => {
    discord.users.set('53908232506183680', 'closed');
    const error = await refusal(person);
    expect(error.message).toContain('allow direct messages');
    expect(error.how).toMatchObject({ permanent: true });
    expect(error.how).not.toHaveProperty('gone');
  });

  it('nobody’s user id is dead, and so is a webhook whose token was made anew', async () => {
    expect((await refusal({ kind: 'user', userId: '4242' })).how).toMatchObject({ gone: true });
    discord.webhooks.set('80351110224678912', 'another');
    expect((await refusal(webhook)).how).toMatchObject({ gone: true });
  });

  it('a wrong bot token is the site’s to mend, and ends nothing of the person’s', async () => {
    const error = await refusal(person, channelTo(discord.apiUrl, 'wrong-token'));
    expect(error.message).toContain('token of this site’s bot');
    expect(error.how).not.toHaveProperty('gone');
    expect(error.how).not.toHaveProperty('permanent');
  });

  it('what its guard answers in HTML means everybody, and is not for ever', async () => {
    discord.always = { status: 429, body: '<html>1015 You are being rate limited</html>' };
    expect((await refusal(webhook)).how).toMatchObject({ retryAfter: 60, wholeChannel: true });
    discord.always = { status: 403, body: '<html>Access denied</html>' };
    expect((await refusal(webhook)).how).not.toHaveProperty('permanent');
  });

  it('is asked whether a webhook or a user is there, before it is kept', async () => {
    const channel = channelTo(discord.apiUrl);
    await channel.check(webhook);
    await channel.check(person);
    const wrong = { ...webhook, token: 'guessed' };
    await expect(channel.check(wrong)).rejects.toMatchObject({ how: { gone: true } });
    const nobody = { kind: 'user', userId: '4242' } as const;
    await expect(channel.check(nobody)).rejects.toMatchObject({ how: { gone: true } });
    expect(discord.posted).toEqual([]);
  });
});
