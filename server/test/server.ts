import { createClient } from 'graphql-ws';
import type { Client, FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { openApp } from '../src/app.js';
import { openDoors } from '../src/doors.js';
import { createLog } from '../src/kernel/log/log.js';
import { sessionCookieName } from '../src/transport/http/request/cookies.js';
import { createTestApp } from './app.js';
import type { GraphqlAnswer, TestApp } from './app.js';

/** What a browser or a program brings: the secret of a session cookie, or an access token. */
export interface As {
  readonly cookie?: string;
  readonly token?: string;
  /** The page that asks; the site's own unless told, null for a program that sends none. */
  readonly origin?: string | null;
  /** What stands in X-Forwarded-For. */
  readonly from?: string;
}

export type Heard = FormattedExecutionResult<Record<string, unknown>>;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** One subscription over a socket of its own, which stays down once it is closed. */
export interface Subscribed {
  /** Everything heard so far. */
  readonly heard: Heard[];
  /** The next result; refuses when the subscription or its socket ends before, or after 5 s. */
  next(): Promise<Heard>;
  /** How the subscription ended: completed by the server, or by the closing of its socket. */
  readonly ended: Promise<'completed' | Closed>;
  /** Ends the socket as an unplugged cable would. */
  cut(): void;
  stop(): Promise<void>;
}

export interface TestServer {
  readonly app: TestApp;
  readonly url: string;
  graphql(
    query: string,
    variables?: Record<string, unknown>,
    as?: As,
  ): Promise<GraphqlAnswer & { readonly status: number; readonly headers: Headers }>;
  /** A POST to /graphql with any body. */
  post(body: string, as?: As): Promise<Response>;
  subscribe(query: string, variables?: Record<string, unknown>, as?: As): Subscribed;
  /** A bare WebSocket with the headers a browser or program would send. */
  socket(as?: As): WebSocket;
  close(): Promise<void>;
}

const longest = 5_000;

export interface TestServerOptions {
  readonly env?: Record<string, string>;
  /** A test app without doors; made here unless given. */
  readonly app?: TestApp;
  /** Another server, whose database and clock this one shares. */
  readonly beside?: TestServer;
}

/** The doors over a test app, on a free port. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const app = await appOf(options);
  const doors = await openDoors(app);
  const { port } = await doors.listen();
  const url = `http://127.0.0.1:${port}`;
  const clients = new Set<Client>();
  const sockets = new Set<WebSocket>();

  const headersOf = ({ cookie, token, origin, from }: As): Record<string, string> => {
    const headers: Record<string, string> = {};
    if (cookie !== undefined) headers['cookie'] = `${sessionCookieName(app.config)}=${cookie}`;
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (origin !== null) headers['origin'] = origin ?? app.config.publicUrl;
    if (from !== undefined) headers['x-forwarded-for'] = from;
    return headers;
  };
  const open = (as: As = {}): WebSocket => {
    const { authorization: _, ...headers } = headersOf(as);
    const wire = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers,
    });
    sockets.add(wire);
    wire.on('error', () => {});
    wire.once('close', () => sockets.delete(wire));
    return wire;
  };
  const post = (body: string, as: As = {}) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(as) },
      body,
    });

  return {
    app,
    url,
    post,
    async graphql(query, variables = {}, as = {}) {
      const response = await post(JSON.stringify({ query, variables }), as);
      const answer = (await response.json()) as GraphqlAnswer;
      return { ...answer, status: response.status, headers: response.headers };
    },
    socket: open,
    subscribe(query, variables = {}, as = {}) {
      const subscribed = subscribe(open, query, variables, as);
      clients.add(subscribed.client);
      return subscribed;
    },
    async close() {
      for (const client of clients) await client.dispose();
      for (const wire of sockets) wire.terminate();
      await doors.close(0);
      if (!options.app) await app.close();
    },
  };
}

async function appOf({ env, app, beside }: TestServerOptions): Promise<TestApp> {
  if (app) return app;
  if (!beside) return createTestApp({ WORKER: 'false', ...env });
  const { config, databaseUrl, clock } = beside.app;
  const second = await openApp({ config, databaseUrl, clock, log: createLog('silent') });
  return { ...beside.app, ...second };
}

function subscribe(
  open: (as: As) => WebSocket,
  query: string,
  variables: Record<string, unknown>,
  as: As,
): Subscribed & { client: Client } {
  const heard: Heard[] = [];
  let taken = 0;
  let wake = () => {};
  let over = false;
  let wire: WebSocket | null = null;
  let end!: (how: 'completed' | Closed) => void;
  const ended = new Promise<'completed' | Closed>((resolve) => (end = resolve));
  void ended.then(() => {
    over = true;
    wake();
  });
  const client = createClient({
    url: 'ws://unused',
    // What a browser's WebSocket cannot send, the headers, is given here.
    webSocketImpl: class {
      static readonly CONNECTING = 0;
      static readonly OPEN = 1;
      static readonly CLOSING = 2;
      static readonly CLOSED = 3;
      constructor() {
        wire = open(as);
        return wire;
      }
    },
    connectionParams: as.token === undefined ? {} : { authorization: `Bearer ${as.token}` },
    retryAttempts: 0,
    on: {
      closed: (event) => {
        const { code, reason } = event as { code: number; reason: string };
        end({ code, reason });
      },
    },
  });
  const unsubscribe = client.subscribe(
    { query, variables },
    {
      next: (result) => {
        heard.push(result as Heard);
        wake();
      },
      error: (error) => {
        if (!Array.isArray(error)) return;
        heard.push({ errors: error as Heard['errors'] });
        end('completed');
      },
      complete: () => end('completed'),
    },
  );
  return {
    client,
    heard,
    ended,
    async next() {
      const deadline = Date.now() + longest;
      while (heard.length <= taken) {
        if (over) throw new Error('The subscription has ended');
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`Nothing was heard for ${longest} ms`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return heard[taken++]!;
    },
    cut: () => wire?.terminate(),
    async stop() {
      unsubscribe();
      await client.dispose();
    },
  };
}
