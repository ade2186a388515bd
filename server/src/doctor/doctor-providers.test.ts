import { afterEach, beforeEach, expect, test } from 'vitest';
import { botToken, openDiscord } from '../../test/discord.js';
import type { FakeDiscord } from '../../test/discord.js';
import { openSignal, signalSender } from '../../test/signal.js';
import type { FakeSignal } from '../../test/signal.js';
import { readConfig } from '../config.js';
import { discordBot, signalService } from './doctor-providers.js';

let discord: FakeDiscord;
let signal: FakeSignal;
beforeEach(async () => {
  discord = await openDiscord();
  signal = await openSignal();
});
afterEach(async () => {
  await discord.close();
  await signal.close();
});

const config = (env: Record<string, string> = {}) =>
  readConfig(
    {
      SIGNAL_API_URL: signal.apiUrl,
      SIGNAL_SENDER: signalSender,
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_BOT_TOKEN: botToken,
      ...env,
    },
    { envFile: false },
  );

test('an operator hears that both send, and as whom', async () => {
  expect(await signalService(config())).toContain(signalSender);
  expect(await discordBot(config())).toBe('gatehouse');
});

test('an operator hears what is wrong with either, without its token', async () => {
  const other = config({ SIGNAL_SENDER: '+390000000', DISCORD_BOT_TOKEN: 'a-wrong-token' });
  await expect(signalService(other)).rejects.toThrow('register or link it');
  await expect(discordBot(other)).rejects.toThrow('does not accept DISCORD_BOT_TOKEN');
  const notIt = config({ SIGNAL_API_URL: discord.apiUrl });
  await expect(signalService(notIt)).rejects.toThrow('no signal-cli-rest-api');
  await signal.close();
  await expect(signalService(config())).rejects.toThrow('nothing answers');
});
