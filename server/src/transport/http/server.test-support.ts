import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLog } from '../../kernel/log/log.js';
import { parseCidr } from '../../kernel/network/network.js';
import type { Cidr } from '../../kernel/network/network.js';
import { answer } from './answer.js';
import { createClientAddress } from './request/client-address.js';
import type { Incoming } from './request/incoming.js';
import { OriginRule } from './request/origin.js';
import type { Route } from './route/routes.js';
import { createHttpServer } from './server.js';
import type { HttpOptions, HttpServer } from './server.js';

export interface TestServer {
  readonly server: HttpServer;
  readonly port: number;
  /** Every line logged so far, parsed. */
  readonly lines: Record<string, unknown>[];
}

export const site = 'https://account.example';
export const partner = 'https://www.account.example';
export const origins = new OriginRule(site, [partner]);

const running: HttpServer[] = [];

/** A real server on a free port, without routes unless given. */
export async function startServer(options: Partial<HttpOptions> = {}): Promise<TestServer> {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    publicUrl: site,
    log: createLog('debug', { write }),
    clientAddress: createClientAddress([]),
    origins,
    routes: [],
    ready: async () => ({ ok: true }),
    ...options,
  });
  const { port } = await server.listen();
  running.push(server);
  return { server, port, lines };
}

export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.close(0)));
}

export function route(path: string, handle: Route['handle'], methods = ['GET', 'POST']): Route {
  return { name: 'test', path, methods, handle };
}

/** Answers with the path it saw, and keeps the request. */
export const echo = (seen: Incoming[]): Route['handle'] =>
  async function handle(request, response) {
    seen.push(request);
    answer(response, 200, request.path);
  };

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request over its own connection; the target goes out exactly as given. */
export function ask(
  port: number,
  path: string,
  { body, ...options }: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', path, agent: false, ...options });
    request
      .on('error', reject)
      .on('response', (response) => void collect(response).then(resolve, reject));
    request.end(body);
  });
}

async function collect(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Bytes as they are on the wire; resolves with all that came back when the server hangs up. */
export function speak(port: number, text: string, onOpen?: (socket: Socket) => void) {
  return new Promise<string>((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(text);
      onOpen?.(socket);
    });
    socket.on('data', (data) => (heard += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

export const codeOf = (body: string): unknown =>
  (JSON.parse(body) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

export function cidrs(...texts: string[]): Cidr[] {
  return texts.map((text) => {
    const network = parseCidr(text);
    if (!network) throw new Error(`${text} is no network`);
    return network;
  });
}
