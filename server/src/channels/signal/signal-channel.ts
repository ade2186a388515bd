import { mostBody, NotTaken } from '../../features/delivery/channel.js';
import type {
  Answer,
  Channel,
  OutboundMessage,
  Preview,
  Why,
} from '../../features/delivery/channel.js';
import { excerpt } from '../../kernel/text/excerpt.js';
import { OutboundFailed } from '../../kernel/network/outbound.js';
import type { Outbound, OutboundAnswer } from '../../kernel/network/outbound.js';

export interface SignalDestination {
  /** E.164. */
  readonly number: string;
}

export interface SignalProvider {
  /** Of a signal-cli-rest-api, without a slash at its end. */
  readonly apiUrl: string;
  /** Registered there; E.164. */
  readonly sender: string;
}

/** What Signal shows without "read more"; signal-cli would send the rest as an attachment. */
const mostText = 2_000;
/** Milliseconds: without its daemon mode it starts a program for each message. */
const usualPatience = 90_000;
const usualWait = 60;

/** Signal through the operator's signal-cli-rest-api. */
export class SignalChannel implements Channel<SignalDestination> {
  readonly name = 'SIGNAL';
  /** It sends one after the other. */
  readonly concurrency = 2;

  constructor(
    private readonly outbound: Outbound,
    private readonly provider: SignalProvider,
    private readonly patience = usualPatience,
  ) {}

  async send({ number }: SignalDestination, message: OutboundMessage): Promise<Answer> {
    const { sender } = this.provider;
    const body = JSON.stringify({
      message: textOf(message),
      number: sender,
      recipients: [number],
      // Else the service's own setting could make Markdown of what people write.
      text_mode: 'normal',
    });
    const secrets = [number];
    const request = excerpt(`POST /v2/send\n\n${body}`, secrets, mostBody);
    const answer = await this.#post(body, request);
    const told: Answer = {
      statusCode: answer.status,
      request,
      response: excerpt(answer.body, secrets, mostBody),
    };
    if (answer.status === 200 || answer.status === 201) return told;
    throw refusalOf(answer, told);
  }

  preview(message: OutboundMessage): Preview {
    return { title: null, text: textOf(message), html: null };
  }

  async #post(body: string, request: string): Promise<OutboundAnswer> {
    try {
      return await this.outbound.request(new URL(`${this.provider.apiUrl}/v2/send`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        exempt: true,
        patience: this.patience,
      });
    } catch (error) {
      if (!(error instanceof OutboundFailed)) throw error;
      const answer = { statusCode: null, request, response: null };
      const why: Why = { code: `outbound.${error.code}`, values: error.values };
      throw new NotTaken({ code: 'signal.silent', values: { why } }, { answer });
    }
  }
}

function refusalOf(answer: OutboundAnswer, told: Answer): NotTaken {
  const said = errorOf(answer.body);
  if (/unregistered user|unregistered_failure/i.test(said)) {
    return new NotTaken({ code: 'signal.unknownNumber' }, { permanent: true, answer: told });
  }
  if (answer.status === 429 || /rate ?limit/i.test(said)) {
    // Signal limits the sender, so everybody waits. It says for how long only now and then.
    const header = Number(answer.headers['retry-after']);
    const retryAfter = Number.isFinite(header) && header > 0 ? Math.ceil(header) : usualWait;
    return new NotTaken(
      { code: 'signal.slower' },
      { retryAfter, wholeChannel: true, answer: told },
    );
  }
  const { status } = answer;
  return new NotTaken({ code: 'signal.refused', values: { status } }, { answer: told });
}

function errorOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return body;
  }
}

function textOf({ siteName, title, body, url }: OutboundMessage): string {
  const end = url === null ? '' : `\n\n${url}`;
  const text = [`${siteName}: ${title}`, body].filter((part) => part !== '').join('\n\n');
  const room = mostText - [...end].length;
  const points = [...text];
  return (points.length > room ? `${points.slice(0, room - 1).join('')}…` : text) + end;
}
