import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { newId } from '../../kernel/id.js';
import { Refusal, refusalIn } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log/log.js';
import { failed, pollSpan, traced } from '../../kernel/log/tracing.js';
import { logRequest } from './access-log.js';
import { answerError } from './answer.js';
import { discardBody, hasUnreadBody } from './request/body.js';
import { Drain } from './drain.js';
import { setSecurityHeaders } from './headers.js';
import { healthRoutes } from './route/health.js';
import type { Ready } from './route/health.js';
import { dropHeaders, Incoming, pathOf, readTarget, refuseDuplicates } from './request/incoming.js';
import type { HttpMetrics } from './route/metrics.js';
import type { OriginRule } from './request/origin.js';
import { createRouter, requireMethod } from './route/routes.js';
import type { Route } from './route/routes.js';
import { draining, Upgrades } from './upgrade.js';
import type { OnUpgrade } from './upgrade.js';

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Origin of the site. */
  readonly publicUrl: string;
  readonly log: Log;
  readonly clientAddress: (request: IncomingMessage) => string | null;
  /** Whether one of our proxies asks, whose trace goes on; nobody's does without. */
  readonly isProxy?: (request: IncomingMessage) => boolean;
  readonly origins: OriginRule;
  /** All but /healthz and /readyz, which the server brings. */
  readonly routes: readonly Route[];
  /** What no route takes: `createPages(…)`. */
  readonly pages?: (request: Incoming, response: ServerResponse) => Promise<void>;
  readonly onUpgrade?: OnUpgrade;
  /** Called once when draining begins: tells every socket 1001, done when they are closed. */
  readonly onDrain?: () => void | Promise<void>;
  readonly ready: Ready;
  readonly metrics?: HttpMetrics;
  /** Milliseconds until a request's headers, and all of it, must have arrived. */
  readonly timeouts?: { readonly headers: number; readonly request: number };
}

export interface HttpServer {
  /** @throws Error of node:net, for example EADDRINUSE. */
  listen(): Promise<AddressInfo>;
  /** Stops: what is under way may finish within `graceMs`; then every connection ends. */
  close(graceMs: number): Promise<void>;
}

/** The one server on the one port: routes, pages, sockets. */
export function createHttpServer(o: HttpOptions): HttpServer {
  const https = o.publicUrl.startsWith('https:');
  const drain = new Drain();
  const findRoute = createRouter([
    ...healthRoutes({ ready: o.ready, isDraining: () => drain.draining, log: o.log }),
    ...o.routes,
  ]);

  function identify(request: Incoming): void {
    request.id = newId();
    request.log = o.log.child({ request: request.id });
    request.address = o.clientAddress(request);
    // Ours alone: pages believe them (see createPages).
    dropHeaders(request, (name) => name.startsWith('x-gh-'));
    // Where a request has both, only the header counts, for whoever reads it later, too.
    if (request.headers.authorization !== undefined) dropHeaders(request, (n) => n === 'cookie');
  }

  function read(request: Incoming): void {
    request.url = readTarget(request.url ?? '');
    request.path = pathOf(request.url);
    refuseDuplicates(request);
  }

  /** Of its tracestate nothing is of use here: it would stand in every span, as whoever asked typed it. */
  const callerOf = (request: IncomingMessage) =>
    o.isProxy?.(request) ? { traceparent: request.headers['traceparent'] } : {};

  const spanOf = ({ url = '' }: IncomingMessage) =>
    findRoute(pathOf(url))?.whenDraining ? pollSpan : 'request';

  const trace = (request: Incoming, response: ServerResponse) =>
    traced(spanOf(request), { kind: SpanKind.SERVER, caller: callerOf(request) }, async (span) => {
      const name = await respond(request, response);
      describeSpan(span, request, response, name);
    });

  /** @returns the class of the request, as in metrics */
  async function respond(request: Incoming, response: ServerResponse): Promise<string> {
    const started = performance.now();
    identify(request);
    response.setHeader('X-Request-Id', request.id);
    setSecurityHeaders(response, https);
    let route: Route | null = null;
    let name = 'refused';
    response.once('close', () => {
      const ms = performance.now() - started;
      logRequest(request, response, ms, route?.whenDraining ? 'debug' : 'info');
      o.metrics?.observe(name, response.statusCode, ms / 1000);
    });
    try {
      read(request);
      route = findRoute(request.path);
      name = route?.name ?? 'page';
      if (drain.draining && !route?.whenDraining) throw draining();
      if (!route?.whenDraining) drain.track(response);
      if (route) {
        requireMethod(route, request.method);
        await route.handle(request, response);
      } else if (o.pages) await o.pages(request, response);
      else throw new Refusal('NOT_FOUND', 'There is nothing at this address.');
    } catch (error) {
      await fail(request, response, error);
    }
    return name;
  }

  async function fail(request: Incoming, response: ServerResponse, error: unknown): Promise<void> {
    if (!refusalIn(error)) request.log.error({ err: error }, 'request failed');
    // Too late for an answer: a broken one must not look like a whole one.
    if (response.headersSent) return void response.destroy();
    if (hasUnreadBody(request)) {
      await discardBody(request);
      response.setHeader('Connection', 'close');
    }
    if (drain.draining) response.setHeader('Connection', 'close');
    answerError(request, response, error);
  }

  const server = createServer<typeof Incoming>(
    {
      IncomingMessage: Incoming,
      maxHeaderSize: 16 * 1024,
      headersTimeout: o.timeouts?.headers ?? 10_000,
      requestTimeout: o.timeouts?.request ?? 60_000,
      // How often the two above are looked after; Node's own 30 s would make them three times as long.
      connectionsCheckingInterval: Math.min(1000, (o.timeouts?.headers ?? 10_000) / 2),
      // Longer than the idle time of proxies' connections (nginx, Caddy: 60 s or less), else they send into a closing one.
      keepAliveTimeout: 65_000,
      // Any other upgrade, such as curl's h2c, may be ignored (RFC 9110 §7.8) and is a plain request.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => void trace(request, response),
  );
  // Node drops what is beyond silently: a proxy's X-Forwarded-For stands last. 16 KiB bound them.
  server.maxHeadersCount = 0;
  // A reader that stops reading, or a writer that stops writing, holds its connection no longer.
  server.timeout = 120_000;

  const upgrades = new Upgrades({
    origins: o.origins,
    ...(o.onUpgrade && { onUpgrade: o.onUpgrade }),
    prepare: read,
    isDraining: () => drain.draining,
    onCount: (open) => o.metrics?.sockets(open),
  });
  server.on('upgrade', (request, socket, head) => {
    identify(request);
    void upgrades.take(request, socket, head);
  });

  async function stop(graceMs: number): Promise<void> {
    drain.begin();
    server.closeIdleConnections();
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    const told = Promise.resolve(o.onDrain?.()).catch((error: unknown) => {
      o.log.error({ err: error }, 'sockets were not told');
    });
    // Listening goes on meanwhile, so that whoever balances load can hear /readyz say no.
    await Promise.race([Promise.all([drain.empty(), told]), grace]);
    clearTimeout(timer);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    upgrades.destroyAll();
    server.closeAllConnections();
    await closed;
  }

  let stopped: Promise<void> | null = null;
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(o.port, o.host, () => {
          server.off('error', reject);
          resolve(server.address() as AddressInfo);
        });
      }),
    close: (graceMs) => (stopped ??= stop(graceMs)),
  };
}

/** Without the address, where tokens stand; the request's id leads to its lines in the log. */
function describeSpan(
  span: Span,
  { method, id }: Incoming,
  { statusCode }: ServerResponse,
  name: string,
): void {
  if (!span.isRecording()) return;
  span.updateName(`${method} ${name}`);
  span.setAttributes({
    'http.request.method': method,
    'http.route': name,
    'http.response.status_code': statusCode,
    'gatehouse.request.id': id,
  });
  if (statusCode >= 500) failed(span, String(statusCode));
}
