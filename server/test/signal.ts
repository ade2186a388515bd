import { openReceiver } from './receiver.js';
import type { Received, Receiver } from './receiver.js';

export interface FakeSignal extends Pick<Receiver, 'received' | 'close'> {
  /** For SIGNAL_API_URL. */
  readonly apiUrl: string;
  /** What arrived on people's phones. */
  readonly messages: { readonly to: string; readonly text: string }[];
  /** Numbers that no Signal account has. */
  readonly unregistered: Set<string>;
  /** Answers the next so many messages with 429. */
  limited: number;
  /** Answers every message so until it is told `null`. */
  always: { readonly status: number; readonly body: string } | null;
  /** The last six digits in a row that were sent to a number. */
  codeFor(number: string): string;
}

export const signalSender = '+390612345678';

/** A signal-cli-rest-api as its Swagger document and its source have it: /v1/health, /v1/accounts, /v2/send. */
export async function openSignal(): Promise<FakeSignal> {
  const receiver = await openReceiver((request, response) => {
    const [status, body] = answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

  function answerTo(request: Received): [number, object | string] {
    if (request.path === '/v1/health') return [204, ''];
    if (request.path === '/v1/accounts') return [200, [signalSender]];
    if (request.path !== '/v2/send' || request.method !== 'POST') return [404, 'not found'];
    if (signal.always) return [signal.always.status, signal.always.body];
    const { number, recipients, message, text_mode: mode } = request.json;
    if (number !== signalSender) {
      return [400, { error: `User ${String(number)} is not registered.` }];
    }
    if (!Array.isArray(recipients) || recipients.length === 0) {
      return [400, { error: "Couldn't process request - please provide at least one recipient" }];
    }
    if (mode !== 'normal' || typeof message !== 'string') {
      return [400, { error: "Couldn't process request - invalid request" }];
    }
    if (signal.limited > 0) {
      signal.limited -= 1;
      const hint = 'Use the attached challenge tokens to lift the rate limit restrictions';
      const error = `Rate limit exceeded. ${hint}`;
      return [429, { error, challenge_tokens: ['a-challenge'], account: number }];
    }
    const to = recipients[0] as string;
    if (signal.unregistered.has(to)) {
      return [400, { error: `Failed to send (some) messages:\n"${to}": Unregistered user\n` }];
    }
    signal.messages.push({ to, text: message });
    return [201, { timestamp: String(Date.now()) }];
  }

  const signal: FakeSignal = {
    apiUrl: receiver.url,
    received: receiver.received,
    messages: [],
    unregistered: new Set(),
    limited: 0,
    always: null,
    codeFor(number) {
      const texts = signal.messages.filter(({ to }) => to === number).map(({ text }) => text);
      return /\b\d{6}\b/.exec(texts.at(-1) ?? '')?.[0] ?? '';
    },
    close: () => receiver.close(),
  };
  return signal;
}
