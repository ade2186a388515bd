import { mostBody, NotTaken } from '../../features/delivery/channel.js';
import type { Answer, Why } from '../../features/delivery/channel.js';
import { excerpt } from '../../kernel/text/excerpt.js';
import { OutboundFailed } from '../../kernel/network/outbound.js';
import type { Outbound, OutboundAnswer } from '../../kernel/network/outbound.js';

export interface DiscordProvider {
  /** As `https://discord.com/api/v10`. */
  readonly apiUrl: string;
  readonly botToken: string | null;
  /** Discord wants to know whose program calls. */
  readonly publicUrl: string;
}

export interface DiscordCall {
  readonly method: 'GET' | 'POST';
  /** Below the API's address. */
  readonly path: string;
  readonly body?: object;
  readonly asBot?: true;
  /** What is in the path and must not be kept. */
  readonly secrets?: readonly string[];
}

export interface DiscordAnswer {
  readonly json: Record<string, unknown>;
  readonly told: Answer;
}

/** Discord's codes of errors (topics/opcodes-and-status-codes). */
const unknown = { channel: 10_003, user: 10_013, webhook: 10_015 };
const invalidWebhookToken = 50_027;
const invalidRecipient = 50_033;
const blockedByGuard = 40_333;
/** The person shares no server with the bot, or wants no messages from it. */
const closedDoors = [50_007, 50_278, 50_001];
/** When a wait was asked for, but not how long. */
const usualWait = 60;
const longestWait = 86_400;

/** Calls to Discord's API, and what its refusals mean. */
export class DiscordApi {
  constructor(
    private readonly outbound: Outbound,
    private readonly provider: DiscordProvider,
  ) {}

  get hasBot(): boolean {
    return this.provider.botToken !== null;
  }

  /** @throws NotTaken */
  async call(call: DiscordCall): Promise<DiscordAnswer> {
    const { apiUrl, botToken, publicUrl } = this.provider;
    const body = call.body && JSON.stringify(call.body);
    const secrets = [...(call.secrets ?? []), ...(botToken === null ? [] : [botToken])];
    const asked = [`${call.method} ${call.path}`, ...(body === undefined ? [] : ['', body])];
    const request = excerpt(asked.join('\n'), secrets, mostBody);
    const headers: Record<string, string> = {
      'user-agent': `DiscordBot (${publicUrl}, 1)`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.asBot ? { authorization: `Bot ${botToken}` } : {}),
    };
    const answer = await this.#ask(
      new URL(apiUrl + call.path),
      call.method,
      headers,
      body,
      request,
    );
    const told: Answer = {
      statusCode: answer.status,
      request,
      response: excerpt(answer.body, secrets, mostBody),
    };
    const json = objectOf(answer.body);
    if (answer.status >= 200 && answer.status < 300) return { json: json ?? {}, told };
    throw refusalOf(answer, json, told, call.asBot ?? false);
  }

  async #ask(
    url: URL,
    method: 'GET' | 'POST',
    headers: Record<string, string>,
    body: string | undefined,
    request: string,
  ): Promise<OutboundAnswer> {
    try {
      return await this.outbound.request(url, { method, headers, body, exempt: true });
    } catch (error) {
      if (!(error instanceof OutboundFailed)) throw error;
      const answer = { statusCode: null, request, response: null };
      const why: Why = { code: `outbound.${error.code}`, values: error.values };
      throw new NotTaken({ code: 'discord.silent', values: { why } }, { answer });
    }
  }
}

function refusalOf(
  answer: OutboundAnswer,
  json: Record<string, unknown> | null,
  told: Answer,
  asBot: boolean,
): NotTaken {
  const { status } = answer;
  if (status === 429) return waitFor(answer, json, told);
  const code = typeof json?.['code'] === 'number' ? json['code'] : null;
  const no = (why: Why['code'], how: object = {}, values: Why['values'] = {}) =>
    new NotTaken({ code: why, values }, { ...how, answer: told });
  if (asBot) {
    if (code !== null && closedDoors.includes(code)) {
      return no('discord.closedDoor', { permanent: true });
    }
    if (code === unknown.user || code === invalidRecipient) {
      return no('discord.unknownUser', { gone: true });
    }
    // The site's to mend, and no fault of the person's: it is tried again.
    if (status === 401) return no('discord.botRefused');
    if (code === unknown.channel) return no('discord.conversationClosed');
  } else if (status === 404 || code === unknown.webhook || code === invalidWebhookToken) {
    return no('discord.webhookGone', { gone: true });
  } else if (status === 401) {
    return no('discord.webhookRefused', { gone: true });
  }
  const words = wordsIn(json);
  // What Discord itself calls wrong or not allowed will be so tomorrow; its guard may think again.
  const final = status >= 400 && status < 500 && code !== null && code !== blockedByGuard;
  const how = final ? { permanent: true } : {};
  return words === ''
    ? no('discord.answered', how, { status })
    : no('discord.said', how, { status, words });
}

/** Fit to be kept: jsonb takes neither NUL nor half a pair. */
function wordsIn(json: Record<string, unknown> | null): string {
  const message = json?.['message'];
  if (typeof message !== 'string') return '';
  return message
    .slice(0, 200)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
}

/** Without Discord's own words it is the guard before it (Cloudflare), which means all of us. */
function waitFor(
  answer: OutboundAnswer,
  json: Record<string, unknown> | null,
  told: Answer,
): NotTaken {
  const seconds = Number(json?.['retry_after'] ?? answer.headers['retry-after']);
  const given =
    Number.isFinite(seconds) && seconds >= 0 ? Math.max(1, Math.ceil(seconds)) : usualWait;
  const retryAfter = Math.min(given, longestWait);
  const everybody =
    json === null || json['global'] === true || answer.headers['x-ratelimit-global'] === 'true';
  return new NotTaken(
    { code: 'discord.wait', values: { seconds: retryAfter } },
    {
      retryAfter,
      ...(everybody ? { wholeChannel: true } : {}),
      answer: told,
    },
  );
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
