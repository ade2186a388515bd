import type { LookupFunction } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import type { buildConnector, Dispatcher } from 'undici';
import type { Cidr } from './network.js';
import { literalOf, OutboundRefused, OutboundRule, resolveBySystem } from './outbound-rule.js';
import type { Resolve } from './outbound-rule.js';
import { traced } from '../log/tracing.js';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Only for an address that the operator set, never for what a person typed. */
  readonly exempt?: true;
  /** Milliseconds in all, where 15 seconds are not enough. */
  readonly patience?: number;
}

export interface OutboundAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** As far as it was read; well-formed and without NUL, so that it can be kept. */
  readonly body: string;
}

export type OutboundFault = keyof typeof sentences | 'tls' | 'failed';

/** Nobody answered. The message is for the person whose address it is; the code as that of OutboundRefused. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed';

  constructor(
    readonly code: OutboundFault,
    message: string,
    readonly values: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Milliseconds and bytes. */
export interface OutboundLimits {
  readonly connect: number;
  /** From the look-up to the last byte that is read. */
  readonly total: number;
  readonly answer: number;
}

/** Large, and most servers call nobody for hours: read at the first call. */
const library = () => import('undici');

const usualLimits: OutboundLimits = { connect: 5_000, total: 15_000, answer: 65_536 };

export interface OutboundOptions {
  readonly allow: readonly Cidr[];
  readonly resolve?: Resolve;
  readonly limits?: OutboundLimits;
}

/**
 * Calls to addresses that people typed. The rule is held against the address that the socket
 * really connects to, at every call and on a connection of its own, so a name that says something
 * else at the second look-up gains nothing. Redirects are answers like others and never followed.
 */
export class Outbound {
  readonly #rule: OutboundRule;
  readonly #resolve: Resolve;
  readonly #limits: OutboundLimits;

  constructor(options: OutboundOptions) {
    this.#rule = new OutboundRule(options.allow);
    this.#resolve = options.resolve ?? resolveBySystem;
    this.#limits = options.limits ?? usualLimits;
  }

  /**
   * For an address that is about to be kept. A name that is not known now may be known tomorrow, and
   * is looked up again at every call; so only what is known to lead astray is refused.
   * @throws OutboundRefused
   */
  async check(url: URL): Promise<void> {
    this.#rule.checkForm(url);
    if (literalOf(url.hostname) !== null) return;
    const addresses = await withTimeout(this.#resolve(url.hostname), this.#limits.connect).catch(
      () => [],
    );
    for (const address of addresses) this.#rule.checkAddress(url, address);
  }

  /** @throws OutboundRefused, OutboundFailed */
  request(url: URL, request: OutboundRequest): Promise<OutboundAnswer> {
    // What a person typed may be a secret down to its name; of the operator's the rest may.
    const attributes = request.exempt ? { 'server.address': url.hostname } : {};
    return traced(request.method, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const answer = await this.#request(url, request);
      span.setAttribute('http.response.status_code', answer.status);
      return answer;
    });
  }

  async #request(url: URL, request: OutboundRequest): Promise<OutboundAnswer> {
    if (!request.exempt) this.#rule.checkForm(url);
    const { method, headers, body, signal: given, exempt } = request;
    const total = request.patience ?? this.#limits.total;
    const deadline = AbortSignal.timeout(total);
    const signal = given ? AbortSignal.any([deadline, given]) : deadline;
    const { buildConnector, Client } = await library();
    const client = new Client(url.origin, {
      connect: exempt ? { timeout: this.#limits.connect } : this.#connector(url, buildConnector),
      headersTimeout: total,
      bodyTimeout: total,
      allowH2: false,
    });
    try {
      const path = url.pathname + url.search;
      const asked = client.request({ method, path, headers: { ...headers }, body, signal });
      const answer = await orAborted(asked, signal);
      return {
        status: answer.statusCode,
        headers: plainHeaders(answer.headers),
        body: await this.#read(answer.body, signal),
      };
    } catch (error) {
      throw explain(error, deadline);
    } finally {
      // Also ends a body of which enough was read.
      void client.destroy().catch(() => {});
    }
  }

  #connector(url: URL, build: typeof buildConnector): buildConnector.connector {
    const connect = build({
      timeout: this.#limits.connect,
      allowH2: false,
      autoSelectFamily: true,
      lookup: this.#lookup(url),
    });
    return (options, callback) =>
      connect(options, (...result) => {
        const [, socket] = result;
        try {
          // Before the first byte of the request, whatever the look-up said.
          if (socket) this.#rule.checkAddress(url, socket.remoteAddress ?? '');
        } catch (error) {
          socket?.destroy();
          callback(error as Error, null);
          return;
        }
        callback(...result);
      });
  }

  #lookup(url: URL): LookupFunction {
    return (host, { all }, callback) => {
      const found = async () => {
        const addresses = (await this.#resolve(host)).map((address) => ({
          address,
          family: address.includes(':') ? 6 : 4,
        }));
        // One that leads astray is enough: the others would only be the bait.
        for (const { address } of addresses) this.#rule.checkAddress(url, address);
        if (addresses.length === 0) throw new OutboundFailed('unknownName', sentences.unknownName);
        return addresses;
      };
      found().then(
        (addresses) => {
          if (all) callback(null, addresses);
          else callback(null, addresses[0]!.address, addresses[0]!.family);
        },
        (error: Error) => callback(error, []),
      );
    };
  }

  /** The status has been told by now: what is still missing when time or room is up is left out. */
  async #read(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<string> {
    const chunks: Buffer[] = [];
    let room = this.#limits.answer;
    const collect = async () => {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        chunks.push(chunk.subarray(0, room));
        room -= chunk.length;
        if (room <= 0) return;
      }
    };
    await orAborted(collect(), signal).catch(() => {});
    return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\ufffd');
  }
}

const sentences = {
  unknownName: 'The name of the address is not known: check how it is written.',
  lookup: 'The name of the address could not be looked up.',
  late: 'There was no answer in time.',
  connectLate: 'The connection could not be made in time.',
  refused: 'Nothing listens at the address: the connection was refused.',
  closed: 'The other side closed the connection before it answered.',
  unreachable: 'The address cannot be reached.',
} as const;

const faults: Readonly<Record<string, keyof typeof sentences>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'closed',
  UND_ERR_SOCKET: 'closed',
  ENOTFOUND: 'unknownName',
  EAI_AGAIN: 'lookup',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'late',
  UND_ERR_CONNECT_TIMEOUT: 'connectLate',
  UND_ERR_HEADERS_TIMEOUT: 'late',
};

function explain(error: unknown, deadline: AbortSignal): Error {
  if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error;
  const reason = codeOf(error);
  const known = deadline.aborted ? 'late' : faults[reason];
  if (known) return new OutboundFailed(known, sentences[known], {}, { cause: error });
  if (/CERT|SELF_SIGNED|ISSUER|^ERR_TLS|^ERR_SSL/.test(reason)) {
    const message = `The certificate or TLS of the address is not right (${reason}).`;
    return new OutboundFailed('tls', message, { reason }, { cause: error });
  }
  const told = reason || '?';
  return new OutboundFailed(
    'failed',
    `The connection failed (${told}).`,
    { reason: told },
    { cause: error },
  );
}

/** Of several addresses that were tried each has an error; the first speaks for all. */
function codeOf(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code } = (first ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}

/** A request that waits for its connection does not hear its signal. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return orAborted(work, AbortSignal.timeout(ms));
}
