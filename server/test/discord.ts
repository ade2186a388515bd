import { openReceiver } from './receiver.js';
import type { Received, Receiver } from './receiver.js';

interface Posted {
  /** `webhook:<id>` or `conversation:<id>`. */
  readonly to: string;
  readonly content: string;
  readonly embeds: readonly Record<string, unknown>[];
  readonly allowed_mentions: unknown;
}

export interface FakeDiscord extends Pick<Receiver, 'received' | 'close'> {
  /** For DISCORD_API_URL. */
  readonly apiUrl: string;
  /** Shown in its channels and conversations. */
  readonly posted: Posted[];
  /** Webhooks it knows: id to token. */
  readonly webhooks: Map<string, string>;
  /** Users it knows, and whether they let the bot write to them. */
  readonly users: Map<string, 'open' | 'closed'>;
  /** Answers the next so many calls with 429. */
  limit(times: number, how: { retryAfter: number; global?: boolean }): void;
  /** Answers everything so until it is told `null`. */
  always: { readonly status: number; readonly body: string } | null;
  /** The address that people copy from Discord. */
  webhookUrl(id: string): string;
}

export const botToken = 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.fake-bot-token';

/**
 * Discord, as far as its documentation promises: execute and get webhook, create DM, create
 * message, limits of lengths, error codes, rate limits. (docs: resources/webhook, resources/user,
 * resources/message, topics/rate-limits, topics/opcodes-and-status-codes)
 */
export async function openDiscord(): Promise<FakeDiscord> {
  const limits: { retryAfter: number; global: boolean }[] = [];
  const nonces = new Set<string>();
  const receiver = await openReceiver((request, response) => {
    const { status, body, headers = {} } = answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  interface Answer {
    readonly status: number;
    readonly body: object | string;
    readonly headers?: Record<string, string>;
  }

  function answerTo(request: Received): Answer {
    if (discord.always) return discord.always;
    const limited = limits.shift();
    if (limited) return rateLimited(limited);
    if (!/^DiscordBot \(https?:\/\/\S+, \S+\)/.test(request.headers['user-agent'] ?? '')) {
      return error(403, 40_333, 'internal network error');
    }
    const [, path = ''] = /^\/api\/v10(\/[^?]*)/.exec(request.path) ?? [];
    const [, id = '', token = ''] = /^\/webhooks\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    if (id !== '') return webhook(request, id, token);
    if (request.headers.authorization !== `Bot ${botToken}`) {
      return error(401, 0, '401: Unauthorized');
    }
    if (path === '/users/@me') return { status: 200, body: { id: '1', username: 'gatehouse' } };
    if (path === '/users/@me/channels') return createDm(request);
    const [, conversation] = /^\/channels\/(\d+)\/messages$/.exec(path) ?? [];
    return conversation === undefined
      ? error(404, 0, '404: Not Found')
      : createMessage(request, conversation);
  }

  function webhook(request: Received, id: string, token: string): Answer {
    const known = discord.webhooks.get(id);
    if (known === undefined) return error(404, 10_015, 'Unknown Webhook');
    if (known !== token) return error(401, 50_027, 'Invalid Webhook Token');
    if (request.method === 'GET') return { status: 200, body: { id, type: 1, name: 'alerts' } };
    const wrong = problemOf(request);
    if (wrong) return wrong;
    post(`webhook:${id}`, request);
    return request.path.endsWith('?wait=true')
      ? { status: 200, body: { id: '1', channel_id: '2' } }
      : { status: 204, body: '' };
  }

  function createDm(request: Received): Answer {
    const userId = request.json['recipient_id'] as string;
    if (!/^\d{1,20}$/.test(userId)) return error(400, 50_035, 'Invalid Form Body');
    if (!discord.users.has(userId)) return error(400, 50_033, 'Invalid Recipient(s)');
    return { status: 200, body: { id: `9${userId}`, type: 1 } };
  }

  function createMessage(request: Received, conversation: string): Answer {
    const state = discord.users.get(conversation.slice(1));
    if (state === undefined) return error(404, 10_003, 'Unknown Channel');
    if (state === 'closed') return error(403, 50_007, 'Cannot send messages to this user');
    const wrong = problemOf(request);
    if (wrong) return wrong;
    const { nonce, enforce_nonce: enforced } = request.json;
    if (typeof nonce === 'string' && nonce.length > 25) {
      return error(400, 50_035, 'Invalid Form Body');
    }
    if (!(enforced === true && nonces.has(String(nonce)))) {
      post(`conversation:${conversation}`, request);
    }
    nonces.add(String(nonce));
    return { status: 200, body: { id: '1', channel_id: conversation } };
  }

  function post(to: string, request: Received): void {
    const { content, embeds, allowed_mentions } = request.json as unknown as Posted;
    discord.posted.push({ to, content, embeds, allowed_mentions });
  }

  const discord: FakeDiscord = {
    apiUrl: `${receiver.url}/api/v10`,
    posted: [],
    received: receiver.received,
    webhooks: new Map(),
    users: new Map(),
    always: null,
    limit(times, { retryAfter, global = false }) {
      for (let time = 0; time < times; time += 1) limits.push({ retryAfter, global });
    },
    webhookUrl: (id) => `${receiver.url}/api/webhooks/${id}/${discord.webhooks.get(id)}`,
    close: () => receiver.close(),
  };
  return discord;
}

const error = (status: number, code: number, message: string) => ({
  status,
  body: { message, code },
});

function rateLimited({ retryAfter, global }: { retryAfter: number; global: boolean }) {
  return {
    status: 429,
    headers: {
      'retry-after': String(Math.ceil(retryAfter)),
      'x-ratelimit-scope': global ? 'global' : 'user',
      ...(global ? { 'x-ratelimit-global': 'true' } : {}),
    },
    body: { message: 'You are being rate limited.', retry_after: retryAfter, global },
  };
}

/** What Discord calls an invalid form body. */
function problemOf(request: Received) {
  const { content = '', embeds = [] } = request.json as unknown as Posted;
  const texts = embeds.flatMap((embed) => {
    const { title = '', description = '', footer } = embed as Record<string, string | undefined>;
    const words = (footer as { text?: string } | undefined)?.text ?? '';
    return [
      { text: title, most: 256 },
      { text: description, most: 4_096 },
      { text: words, most: 2_048 },
    ];
  });
  const tooLong =
    [{ text: content, most: 2_000 }, ...texts].some(({ text, most }) => text.length > most) ||
    texts.reduce((sum, { text }) => sum + text.length, 0) > 6_000;
  const isWrong =
    request.headers['content-type'] !== 'application/json' ||
    (content === '' && embeds.length === 0);
  if (isWrong) return error(400, 50_006, 'Cannot send an empty message');
  return tooLong ? error(400, 50_035, 'Invalid Form Body') : null;
}
