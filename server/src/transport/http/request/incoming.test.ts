import { afterEach, describe, expect, it } from 'vitest';
import { isId } from '../../../kernel/id.js';
import { createClientAddress } from './client-address.js';
import type { Incoming } from './incoming.js';
import {
  ask,
  cidrs,
  codeOf,
  echo,
  route,
  speak,
  startServer,
  stopServers,
} from '../server.test-support.js';

afterEach(stopServers);

describe('a request', () => {
  it('gets an id of its own, whatever id it came with', async () => {
    const { port } = await startServer();
    const { headers } = await ask(port, '/healthz', { headers: { 'x-request-id': 'mine' } });
    expect(isId(String(headers['x-request-id']))).toBe(true);
  });

  it('reaches its route in absolute form, and the host in it is believed by nobody', async () => {
    const seen: Incoming[] = [];
    const { port } = await startServer({ routes: [route('/graphql', echo(seen))] });
    expect((await ask(port, 'http://evil.example/graphql?a=1')).status).toBe(200);
    expect(seen[0]?.url).toBe('/graphql?a=1');
  });

  it.each([
    '//graphql',
    '//evil.example/graphql',
    '/a/../graphql',
    '/media/%2e%2e/secret',
    '/media/..%2fsecret',
    '/media/%5c..%5csecret',
    '/a\\b',
    '/%00',
    '/%zz',
    '/a#b',
    '*',
    'ftp://host/graphql',
  ])('for the unclear address %s is refused', async (target) => {
    const seen: Incoming[] = [];
    const { port } = await startServer({
      routes: [{ name: 'all', prefix: '/', methods: ['GET'], handle: echo(seen) }],
    });
    const heard = await speak(
      port,
      `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1.1 400 /);
    expect(seen).toEqual([]);
  });

  it('for an encoded spelling of a route does not reach that route', async () => {
    const seen: Incoming[] = [];
    const { port } = await startServer({ routes: [route('/graphql', echo(seen))] });
    for (const path of ['/%67raphql', '/graphql/', '/GRAPHQL', '/graphql%20', '/graphql;a=1']) {
      expect((await ask(port, path)).status).toBe(404);
    }
    expect(seen).toEqual([]);
  });

  it('with an address over 8 KiB is refused, with headers over 16 KiB too', async () => {
    const { port } = await startServer();
    expect((await ask(port, `/${'a'.repeat(9000)}`)).status).toBe(414);
    expect((await ask(port, '/', { headers: { 'x-a': 'a'.repeat(17_000) } })).status).toBe(431);
  });

  it.each([
    'Host: b',
    'Authorization: Bearer a\r\nAuthorization: Bearer b',
    'Origin: a\r\nOrigin: b',
  ])('that sends a deciding header twice is refused (%j)', async (extra) => {
    const { port } = await startServer();
    const heard = await speak(
      port,
      `GET /healthz HTTP/1.1\r\nHost: a\r\n${extra}\r\nConnection: close\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1.1 400 /);
  });

  it.each([
    'GET /healthz HTTP/1.1\r\n\r\n',
    'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
    'GET /healthz HTTP/1.1\r\nHost: a\r\nBad Header: 1\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ])('that is malformed ends its connection (%j)', async (text) => {
    const { port } = await startServer();
    expect(await speak(port, text)).toMatch(/^HTTP\/1.1 400 /);
  });

  it('in HTTP/1.0 without a Host is answered and the connection ends', async () => {
    const { port } = await startServer();
    const heard = await speak(port, 'GET /healthz HTTP/1.0\r\n\r\n');
    expect(heard).toMatch(/^HTTP\/1.1 200 /);
    expect(heard).toMatch(/\r\n\r\nok$/);
  });

  it('whose headers only trickle in loses its connection in time', async () => {
    const { port } = await startServer({ timeouts: { headers: 200, request: 400 } });
    const started = performance.now();
    const heard = await speak(port, 'GET / HTTP/1.1\r\nHost: a\r\n', (socket) => {
      const drip = setInterval(() => socket.write('X-A: a\r\n'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    expect(heard).toMatch(/^HTTP\/1.1 408 /);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('asking for another protocol is answered as a plain request', async () => {
    const { port } = await startServer();
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' };
    expect((await ask(port, '/healthz', { headers })).status).toBe(200);
  });

  it('with a method that the address does not take is told which it takes', async () => {
    const { port } = await startServer({ routes: [route('/a', echo([]), ['POST'])] });
    const { status, headers, body } = await ask(port, '/a');
    expect([status, headers.allow, codeOf(body)]).toEqual([405, 'POST', 'BAD_REQUEST']);
  });

  it('with an Authorization header has no cookie for anybody later', async () => {
    const seen: Incoming[] = [];
    const { port } = await startServer({ routes: [route('/a', echo(seen))] });
    await ask(port, '/a', { headers: { cookie: 'a=b', authorization: 'Bearer x' } });
    expect(seen[0]?.headers.cookie).toBeUndefined();
    expect(seen[0]?.rawHeaders.map((text) => text.toLowerCase())).not.toContain('cookie');
  });

  it('keeps the address that a proxy appends behind two thousand headers', async () => {
    const seen: Incoming[] = [];
    const { port } = await startServer({
      routes: [route('/a', echo(seen))],
      clientAddress: createClientAddress(cidrs('127.0.0.0/8')),
    });
    const padding = 'a:\r\n'.repeat(2500);
    await speak(
      port,
      `GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${padding}X-Forwarded-For: 192.0.2.7\r\n\r\n`,
    );
    expect(seen[0]?.address).toBe('192.0.2.7');
  });
});
