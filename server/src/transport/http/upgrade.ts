import { STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Refusal, refusalIn } from '../../kernel/errors.js';
import { BadRequest, describeError } from './answer.js';
import { maskPath } from './access-log.js';
import type { Incoming } from './request/incoming.js';
import type { OriginRule } from './request/origin.js';

/** Takes over a socket that passed: completes the handshake, or answers and ends it. */
export type OnUpgrade = (request: Incoming, socket: Duplex, head: Buffer) => void | Promise<void>;

export interface UpgradeOptions {
  readonly origins: OriginRule;
  readonly onUpgrade?: OnUpgrade;
  /** Prepares the request as every other one. @throws BadRequest when it cannot be read. */
  readonly prepare: (request: Incoming) => void;
  readonly isDraining: () => boolean;
  /** Open sockets, after one came or went. */
  readonly onCount?: (open: number) => void;
}

/** Upgraded sockets, which node:http no longer counts as connections. */
export class Upgrades {
  readonly #sockets = new Set<Duplex>();

  constructor(readonly options: UpgradeOptions) {}

  async take(request: Incoming, socket: Duplex, head: Buffer): Promise<void> {
    // node:http has let go of the socket: without a listener a reset would end the process.
    socket.on('error', () => socket.destroy());
    try {
      this.options.prepare(request);
      const onUpgrade = this.#check(request);
      this.#track(socket);
      request.log.info({ path: maskPath(request.path) }, 'socket');
      await onUpgrade(request, socket, head);
    } catch (error) {
      if (!refusalIn(error)) request.log.error({ err: error }, 'upgrade failed');
      refuseUpgrade(socket, error);
      request.log.info({ path: maskPath(request.path) }, 'socket refused');
    }
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #check(request: Incoming): OnUpgrade {
    const { onUpgrade, isDraining, origins } = this.options;
    if (isDraining()) throw draining();
    if (request.path !== '/graphql' || !onUpgrade) throw new BadRequest(404, 'No socket here.');
    if (request.method !== 'GET') {
      throw new BadRequest(405, 'A socket opens with GET.', { Allow: 'GET' });
    }
    origins.checkUpgrade(request);
    return onUpgrade;
  }

  #track(socket: Duplex): void {
    // Pings of the WebSocket code tell a dead peer; the server's idle timeout is for requests.
    if (socket instanceof Socket) socket.setTimeout(0);
    this.#sockets.add(socket);
    this.options.onCount?.(this.#sockets.size);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.options.onCount?.(this.#sockets.size);
    });
  }
}

export function draining(): Refusal {
  return new Refusal('UNAVAILABLE', 'The server is restarting. Try again in a moment.', {
    retryAfter: 5,
  });
}

/** Answers an upgrade with a plain HTTP refusal and lets the socket go. */
function refuseUpgrade(socket: Duplex, error: unknown): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = describeError(error);
  const lines = Object.entries({
    ...headers,
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}
