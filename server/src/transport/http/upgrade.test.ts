import { once } from 'node:events';
import { connect } from 'node:net';
import { Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createClientAddress } from './request/client-address.js';
import type { Incoming } from './request/incoming.js';
import { createHttpMetrics, metricsRoute } from './route/metrics.js';
import {
  ask,
  cidrs,
  codeOf,
  partner,
  site,
  speak,
  startServer,
  stopServers,
} from './server.test-support.js';
import type { HttpOptions } from './server.js';

afterEach(stopServers);

async function start(options: Partial<HttpOptions> = {}) {
  const seen: Incoming[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (socket) => socket.send('hello'));
  const onUpgrade: HttpOptions['onUpgrade'] = (request, socket, head) => {
    seen.push(request);
    sockets.handleUpgrade(request, socket, head, (open) =>
      sockets.emit('connection', open, request),
    );
  };
  const onDrain = () => sockets.clients.forEach((socket) => socket.close(1001));
  return { ...(await startServer({ onUpgrade, onDrain, ...options })), seen };
}

/** How an attempt to open a socket ends: open once a message came, or the status of the refusal. */
function open(port: number, path: string, headers: Record<string, string> = {}) {
  return new Promise<string | number>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('message', () => {
      resolve('open');
      socket.terminate();
    });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('error', reject);
  });
}

const handshake = (target: string, extra = '', method = 'GET') =>
  `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`;

const cookie = { cookie: '__Host-gatehouse=abc' };

describe('a socket', () => {
  it('opens at /graphql, prepared like every request', async () => {
    const { port, seen } = await start({
      clientAddress: createClientAddress(cidrs('127.0.0.0/8')),
    });
    const headers = { 'x-forwarded-for': '6.6.6.6, 192.0.2.7', 'x-gh-ip': '6.6.6.6' };
    expect(await open(port, '/graphql?a=1', headers)).toBe('open');
    expect(seen[0]).toMatchObject({ address: '192.0.2.7', path: '/graphql' });
    expect(seen[0]?.headers).not.toHaveProperty('x-gh-ip');
  });

  it.each(['/', '/graphql/', '/%67raphql', '/readyz', '/media/a'])(
    'does not open at %s',
    async (path) => {
      const { port, seen } = await start();
      expect(await open(port, path)).toBe(404);
      expect(seen).toEqual([]);
    },
  );

  it.each(['//graphql', '/a/../graphql', '/graphql#a'])(
    'is refused at unclear %s',
    async (target) => {
      const { port, seen } = await start();
      expect(await speak(port, handshake(target))).toMatch(/^HTTP\/1.1 400 /);
      expect(seen).toEqual([]);
    },
  );

  it('opens with GET only', async () => {
    const { port } = await start();
    const heard = await speak(port, handshake('/graphql', 'Content-Length: 0\r\n', 'POST'));
    expect(heard).toMatch(/^HTTP\/1.1 405 [^]*Allow: GET/);
  });

  it('does not open where nobody takes sockets', async () => {
    const { port } = await startServer();
    const heard = await speak(port, handshake('/graphql'));
    expect(heard).toMatch(/^HTTP\/1.1 404 /);
  });

  it.each([site, partner])('with a cookie opens from %s', async (origin) => {
    const { port } = await start();
    expect(await open(port, '/graphql', { ...cookie, origin })).toBe('open');
  });

  it.each<Record<string, string>>([
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-origin' },
  ])('with a cookie does not open from elsewhere: %j', async (shown) => {
    const { port, seen } = await start();
    expect(await open(port, '/graphql', { ...cookie, ...shown })).toBe(403);
    expect(seen).toEqual([]);
  });

  it('with an Authorization header has no cookie and needs no origin', async () => {
    const { port, seen } = await start();
    const headers = { ...cookie, authorization: 'Bearer x', origin: 'https://evil.example' };
    expect(await open(port, '/graphql', headers)).toBe('open');
    expect(seen[0]?.headers.cookie).toBeUndefined();
  });

  it('that is refused hears why in the shape of GraphQL errors', async () => {
    const { port } = await start();
    const heard = await speak(port, handshake('/graphql', 'Cookie: gatehouse=a\r\n'));
    expect(codeOf(heard.split('\r\n\r\n')[1] ?? '')).toBe('BAD_REQUEST');
  });

  it('that is refused is let go although its client does not hang up', async () => {
    const { port } = await start();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(handshake('/nowhere'));
    socket.resume();
    await once(socket, 'end');
    const reset = once(socket, 'error');
    const poke = setInterval(() => socket.write('a'), 10);
    await reset;
    clearInterval(poke);
  });

  it('whose opening fails is a 500 without internals, and the server lives on', async () => {
    const { port } = await start({ onUpgrade: () => Promise.reject(new Error('inner')) });
    const heard = await speak(port, handshake('/graphql'));
    expect(heard).toMatch(/^HTTP\/1.1 500 /);
    expect(heard).not.toContain('inner');
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('that is reset while it opens harms nobody', async () => {
    const { port } = await start({ onUpgrade: () => sleep(100) });
    await speak(port, handshake('/graphql'), (socket) =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    );
    await sleep(20);
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('is counted while it is open', async () => {
    const registry = new Registry();
    const { port } = await start({
      metrics: createHttpMetrics(registry),
      routes: [metricsRoute(registry, null)],
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
    await new Promise((resolve) => socket.once('message', resolve));
    expect((await ask(port, '/metrics')).body).toContain('gatehouse_sockets_open 1');
    socket.terminate();
    await sleep(30);
    expect((await ask(port, '/metrics')).body).toContain('gatehouse_sockets_open 0');
  });

  it('hears 1001 when the server stops, and no new one opens', async () => {
    let finish = () => undefined as void;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const { port, server } = await start({
      routes: [{ name: 'slow', path: '/slow', methods: ['GET'], handle: () => held }],
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
    await new Promise((resolve) => socket.once('message', resolve));
    const slow = ask(port, '/slow');
    slow.catch(() => undefined);
    await sleep(20);
    const code = new Promise((resolve) => socket.once('close', resolve));
    const closing = server.close(200);
    expect(await code).toBe(1001);
    expect(await open(port, '/graphql')).toBe(503);
    finish();
    await closing;
  });

  it('that does not hang up when told is cut when the server is done', async () => {
    const { port, server } = await start({ onDrain: () => undefined });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
    await new Promise((resolve) => socket.once('message', resolve));
    const code = new Promise((resolve) => socket.once('close', resolve));
    await server.close(50);
    expect(await code).toBe(1006);
  });
});
