import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { botToken, openDiscord } from '../../../test/discord.js';
import type { FakeDiscord } from '../../../test/discord.js';
import { openSignal, signalSender } from '../../../test/signal.js';
import type { FakeSignal } from '../../../test/signal.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const known = '80351110224678912';
let discord: FakeDiscord;
let signal: FakeSignal;
let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  discord = await openDiscord();
  signal = await openSignal();
  app = await createTestApp(
    {
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_BOT_TOKEN: botToken,
      SIGNAL_API_URL: signal.apiUrl,
      SIGNAL_SENDER: signalSender,
    },
    { resolve: async () => ['10.0.0.7'] },
  );
});
beforeEach(async () => {
  discord.always = signal.always = null;
  discord.webhooks.set(known, 'a-token-of-sixty-characters-and-more-which-is-secret-a1b2');
  ada = await app.signedIn();
});
afterAll(async () => {
  await app.close();
  await discord.close();
  await signal.close();
});

const mutations = {
  webhook: `mutation ($typed: URL!) {
    createWebhook(input: { url: $typed, events: ["*"] }) { secret } }`,
  discord: 'mutation ($typed: URL) { setDiscordWebhook(url: $typed) { __typename } }',
  user: 'mutation ($typed: String) { setDiscordUser(userId: $typed) { __typename } }',
  signal: 'mutation ($typed: String) { setSignalNumber(number: $typed) { __typename } }',
  code: 'mutation ($typed: String!) { verifySignalNumber(code: $typed) { __typename } }',
} as const;

async function refused(what: keyof typeof mutations, typed: string, locale: 'EN' | 'IT') {
  const { errors } = await app.graphql(mutations[what], { typed }, { ...ada, locale });
  const { message, extensions } = errors![0]!;
  return { message, issue: (extensions as { issues?: string[] }).issues?.[0] };
}

describe('an address that is not taken says why in the language of who typed it', () => {
  test.each<[keyof typeof mutations, string, string, string, string]>([
    [
      'webhook',
      'https://hooks.example.org/',
      'outbound.private',
      'into a private network',
      'rete privata',
    ],
    [
      'webhook',
      'http://hooks.example.org/',
      'outbound.plain',
      'so that nobody',
      'così che nessuno',
    ],
    ['webhook', 'https://1.1.1.1:25/', 'outbound.port', 'The port 25', 'La porta 25'],
    ['webhook', 'https://a:b@x.org/', 'outbound.credentials', 'password', 'password'],
    ['webhook', 'hooks', 'form', 'complete address', 'indirizzo completo'],
    ['discord', 'https://example.org/', 'discord.webhookForm', 'must be the', 'Deve essere'],
    ['discord', 'nonsense', 'form', 'complete address', 'indirizzo completo'],
    ['user', 'ada', 'discord.userForm', 'a long number', 'un numero lungo'],
    ['user', '424242424242424242', 'discord.unknownUser', 'knows nobody', 'non conosce nessuno'],
    ['signal', '333 1234567', 'signal.numberForm', 'code of the country', 'prefisso del paese'],
    ['code', '123456', 'signal.codeOver', 'No code waits', 'Nessun codice'],
  ])('%s %s: %s', async (what, typed, issue, english, italian) => {
    const inEnglish = await refused(what, typed, 'EN');
    expect(inEnglish).toEqual({ message: expect.stringContaining(english) as string, issue });
    const inItalian = await refused(what, typed, 'IT');
    expect(inItalian).toEqual({ message: expect.stringContaining(italian) as string, issue });
    expect(inItalian.message).not.toBe(inEnglish.message);
  });

  test('what Discord and Signal said, in the same language', async () => {
    const set = `${discord.apiUrl}/webhooks/${known}/guessed`.replace('/v10', '');
    expect(await refused('discord', set, 'IT')).toEqual({
      message: 'Discord non conosce più questo webhook: è stato eliminato lì.',
      issue: 'discord.webhookGone',
    });
    signal.unregistered.add('+393331234567');
    expect(await refused('signal', '+39 333 1234567', 'IT')).toEqual({
      message: 'Non esiste un account Signal con questo numero.',
      issue: 'signal.unknownNumber',
    });
  });

  test('what stays meanwhile, too', async () => {
    const right = discord.webhookUrl(known);
    const first = await app.graphql(mutations.discord, { typed: right }, ada);
    expect(first.errors).toBeUndefined();
    discord.always = { status: 503, body: '{}' };
    const { message, issue } = await refused('discord', right, 'IT');
    expect(issue).toBe('kept');
    expect(message).toBe(
      'Discord ha risposto 503. Quello che avevi prima resta; riprova più tardi.',
    );
  });
});
