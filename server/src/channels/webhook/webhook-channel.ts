import { Webhook } from 'standardwebhooks';
import { mostBody, NotTaken } from '../../features/delivery/channel.js';
import type {
  Answer,
  Channel,
  OutboundMessage,
  Preview,
  Why,
} from '../../features/delivery/channel.js';
import type { Clock } from '../../kernel/clock.js';
import { excerpt } from '../../kernel/text/excerpt.js';
import { OutboundFailed } from '../../kernel/network/outbound.js';
import type { Outbound, OutboundAnswer } from '../../kernel/network/outbound.js';
import { OutboundRefused } from '../../kernel/network/outbound-rule.js';

export interface WebhookDestination {
  readonly url: string;
  /** `whsec_…`, newest first: all that are in force sign. */
  readonly secrets: readonly { readonly secret: string; readonly until: string | null }[];
}

const longestWait = 86_400;

/**
 * A person's own address, told by the Standard Webhooks specification: signed with every secret
 * in force, so that a receiver may change to a new one at its leisure.
 */
export class WebhookChannel implements Channel<WebhookDestination> {
  readonly name = 'WEBHOOK';
  /** Many, since each may take all of its time, and they are different people's. */
  readonly concurrency = 16;

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  async send(destination: WebhookDestination, message: OutboundMessage): Promise<Answer> {
    const url = new URL(destination.url);
    const now = this.clock.now();
    const body = JSON.stringify(payloadOf(message));
    const secrets = destination.secrets
      .filter(({ until }) => until === null || new Date(until) > now)
      .map(({ secret }) => secret);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Gatehouse',
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': secrets
        .map((secret) => new Webhook(secret).sign(message.id, now, body))
        .join(' '),
    };
    const request = excerpt(requestText(url, headers, body), secrets, mostBody);
    const answer = await this.#post(url, { headers, body, request });
    const told: Answer = {
      statusCode: answer.status,
      request,
      response: excerpt(answer.body, secretsOf(url, secrets), mostBody),
    };
    if (answer.status >= 200 && answer.status < 300) return told;
    throw refusalOf(answer, told, now);
  }

  preview(message: OutboundMessage): Preview {
    return { title: null, text: JSON.stringify(payloadOf(message), null, 2), html: null };
  }

  async #post(
    url: URL,
    { request, ...rest }: { headers: Record<string, string>; body: string; request: string },
  ): Promise<OutboundAnswer> {
    try {
      return await this.outbound.request(url, { method: 'POST', ...rest });
    } catch (error) {
      const answer = { statusCode: null, request, response: null };
      // The same address will not be a better one tomorrow.
      if (error instanceof OutboundRefused) {
        const { code, values } = error;
        throw new NotTaken({ code: `outbound.${code}`, values }, { permanent: true, answer });
      }
      if (error instanceof OutboundFailed) {
        const { code, values } = error;
        throw new NotTaken({ code: `outbound.${code}`, values }, { answer });
      }
      throw error;
    }
  }
}

/** The type's own values stand beside the words, and win where both have a name. */
function payloadOf({ type, createdAt, severity, title, body, url, data }: OutboundMessage) {
  return {
    type,
    timestamp: createdAt.toISOString(),
    data: { severity, title, body, url, ...data },
  };
}

function refusalOf(answer: OutboundAnswer, told: Answer, now: Date): NotTaken {
  const { status } = answer;
  if (status === 410) {
    return new NotTaken({ code: 'webhook.gone' }, { gone: true, answer: told });
  }
  if (status >= 300 && status < 400) {
    return new NotTaken({ code: 'webhook.elsewhere', values: { status } }, { answer: told });
  }
  const retryAfter = waitOf(answer.headers['retry-after'], now);
  const why: Why =
    status === 429 ? { code: 'webhook.tooMany' } : { code: 'webhook.answered', values: { status } };
  return new NotTaken(why, { ...(retryAfter === null ? {} : { retryAfter }), answer: told });
}

/** RFC 9110 §10.2.3: seconds, or an HTTP date. */
function waitOf(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const seconds = /^\d{1,10}$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - now.getTime()) / 1_000);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, longestWait) : null;
}

/** An address can be a secret as a whole: whoever knows the path may post. */
const secretsOf = (url: URL, secrets: readonly string[]) => [
  ...secrets,
  url.href,
  url.pathname + url.search,
];

function requestText(url: URL, headers: Record<string, string>, body: string): string {
  const path = url.pathname + url.search === '/' ? '/' : '/…';
  const lines = Object.entries(headers).map(([name, value]) =>
    name === 'webhook-signature'
      ? `${name}: ${value.replaceAll(/v1,\S+/g, 'v1,…')}`
      : `${name}: ${value}`,
  );
  return [`POST ${url.origin}${path}`, ...lines, '', body].join('\n');
}
