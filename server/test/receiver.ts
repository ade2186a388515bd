import { createServer } from 'node:http';
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly json: Record<string, unknown>;
}

export interface Receiver {
  /** On 127.0.0.1, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections that were opened, also those that never said a word. */
  connections: number;
  /** How much of the last answer the other side let through, in bytes. */
  readonly sent: () => number;
  /** What it says from now on. */
  answer: Answering;
  close(): Promise<void>;
}

export type Answering = (
  request: Received,
  response: ServerResponse,
  incoming: IncomingMessage,
) => void;

export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

/** Headers, and then for ever more, as fast as it is read. */
export const endless =
  (status = 200): Answering =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' });
    const chunk = Buffer.alloc(16_384, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour);
    pour();
  };

export const silent: Answering = () => {};

/** A server that hears everything and answers what it is told to. */
export async function openReceiver(
  answer: Answering = answering(200),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let last: Socket | null = null;
  const listener: RequestListener = (incoming, response) => {
    last = incoming.socket;
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const request: Received = {
        method: incoming.method!,
        path: incoming.url!,
        headers: incoming.headers,
        body,
        get json() {
          return JSON.parse(body) as Record<string, unknown>;
        },
      };
      received.push(request);
      receiver.answer(request, response, incoming);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    receiver.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    received,
    connections: 0,
    sent: () => last?.bytesWritten ?? 0,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return receiver;
}
