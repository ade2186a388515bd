import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { Refusal } from '../../../kernel/errors.js';
import { answer } from '../answer.js';
import type { Incoming } from '../request/incoming.js';
import type { Route } from './routes.js';

/** What the server counts. Labels are few and ours: nothing a client sends becomes a label. */
export interface HttpMetrics {
  observe(route: string, status: number, seconds: number): void;
  sockets(open: number): void;
}

/** Adds the process's own metrics, request times and open sockets to a registry, once. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'gatehouse_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer, in seconds.',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const sockets = new Gauge({
    name: 'gatehouse_sockets_open',
    help: 'Upgraded sockets of this process.',
    registers: [registry],
  });
  return {
    observe: (route, status, seconds) =>
      requests.observe({ route, status: `${Math.floor(status / 100)}xx` }, seconds),
    sockets: (open) => sockets.set(open),
  };
}

export interface Waiting {
  readonly channel: string;
  readonly status: string;
  readonly count: number;
  /** Seconds. */
  readonly overdue: number;
}

/** Adds how many deliveries wait in each lane and for how long; read when somebody looks. */
export function addDeliveryMetrics(
  registry: Registry,
  read: () => Promise<readonly Waiting[]>,
): void {
  const overdue = new Gauge({
    name: 'gatehouse_delivery_overdue_seconds',
    help: 'Since when the oldest delivery of a lane is due, in seconds.',
    labelNames: ['channel', 'status'],
    registers: [registry],
  });
  new Gauge({
    name: 'gatehouse_delivery_waiting',
    help: 'Deliveries that wait for a try, by channel.',
    labelNames: ['channel', 'status'],
    registers: [registry],
    async collect() {
      const lanes = await read().catch(() => []);
      this.reset();
      overdue.reset();
      for (const { channel, status, count, overdue: seconds } of lanes) {
        this.set({ channel, status }, count);
        overdue.set({ channel, status }, seconds);
      }
    },
  });
}

/** Prometheus text for the machine itself or the holder of METRICS_TOKEN; to others it is not there. */
export function metricsRoute(registry: Registry, token: string | null): Route {
  return {
    name: 'metrics',
    path: '/metrics',
    methods: ['GET'],
    whenDraining: true,
    async handle(request, response) {
      if (!isLocal(request) && !holdsToken(request, token)) {
        throw new Refusal('NOT_FOUND', 'There is nothing at this address.');
      }
      answer(response, 200, await registry.metrics(), { 'Content-Type': registry.contentType });
    },
  };
}

/** Any sign of a proxy means that the loopback peer is not the one who asks. */
function isLocal(request: Incoming): boolean {
  const peer = request.socket.remoteAddress ?? '';
  if (!/^(?:::ffff:)?127\.|^::1$/.test(peer)) return false;
  return !Object.keys(request.headers).some(
    (name) => name.startsWith('x-forwarded') || proxied.has(name),
  );
}

const proxied = new Set(['forwarded', 'via', 'x-real-ip', 'x-client-ip', 'cf-connecting-ip']);

function holdsToken(request: Incoming, token: string | null): boolean {
  const sent = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === null || token === '' || sent === undefined) return false;
  // Hashed first: the comparison takes the same time whatever the lengths.
  return timingSafeEqual(sha256(sent), sha256(token));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
