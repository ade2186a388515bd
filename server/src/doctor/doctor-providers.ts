import type { Config } from '../config.js';

const patienceMs = 5_000;

/** @returns where it is @throws Error in words, when it does not send for this site */
export async function signalService({ signal }: Config): Promise<string> {
  const { apiUrl, sender } = signal;
  const health = await ask(`${apiUrl}/v1/health`);
  if (!health.ok) throw new Error(`${apiUrl} is no signal-cli-rest-api (${health.status})`);
  const accounts = await ask(`${apiUrl}/v1/accounts`);
  const numbers: unknown = await accounts.json().catch(() => null);
  if (!Array.isArray(numbers) || !numbers.includes(sender)) {
    throw new Error(`${apiUrl} has no number ${sender}: register or link it there first`);
  }
  return `${apiUrl} sends as ${sender}`;
}

/** @returns the bot's name @throws Error in words, when Discord does not know it */
export async function discordBot({ discord, publicUrl }: Config): Promise<string> {
  const answer = await ask(`${discord.apiUrl}/users/@me`, {
    authorization: `Bot ${discord.botToken}`,
    'user-agent': `DiscordBot (${publicUrl}, 1)`,
  });
  if (answer.status === 401) throw new Error('Discord does not accept DISCORD_BOT_TOKEN');
  const bot = (await answer.json().catch(() => null)) as { username?: string } | null;
  if (!answer.ok || !bot?.username) throw new Error(`Discord answers with ${answer.status}`);
  return bot.username;
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    return await fetch(url, { headers, redirect: 'manual', signal });
  } catch {
    throw new Error(`nothing answers at ${url}`);
  }
}
