import { once } from 'node:events';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isId } from '../../kernel/id.js';
import { refuse } from '../../kernel/errors.js';
import { answer } from './answer.js';
import { createPages } from './route/pages.js';
import type { Incoming } from './request/incoming.js';
import {
  ask,
  codeOf,
  echo,
  route,
  site,
  startServer,
  speak,
  stopServers,
} from './server.test-support.js';

afterEach(stopServers);

describe('a fault in a route', () => {
  it('is a 500 that says nothing, and is in the log', async () => {
    const handle = () => Promise.reject(new Error('select * from secrets'));
    const { port, lines } = await startServer({ routes: [route('/a', handle)] });
    const { status, body } = await ask(port, '/a');
    expect([status, codeOf(body)]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(body).not.toContain('select');
    expect(JSON.stringify(lines)).toContain('select * from secrets');
  });

  it('that strikes midway breaks the answer off', async () => {
    const { port } = await startServer({
      routes: [
        route('/a', async (_request, response) => {
          response.write('half');
          await sleep(20);
          throw new Error('no more');
        }),
      ],
    });
    await expect(ask(port, '/a')).rejects.toThrow();
  });

  it('that is a refusal keeps its code, its words and its time to wait', async () => {
    const handle = async () => refuse('RATE_LIMITED', 'Too many.', { retryAfter: 29.2 });
    const { port } = await startServer({ routes: [route('/a', handle)] });
    const { status, headers, body } = await ask(port, '/a');
    expect([status, headers['retry-after'], codeOf(body)]).toEqual([429, '30', 'RATE_LIMITED']);
  });

  it('reaches a browser that wanted a page as a sentence', async () => {
    const { port } = await startServer();
    const { headers, body } = await ask(port, '/a', { headers: { accept: 'text/html,*/*' } });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body).toBe('There is nothing at this address.\n');
  });
});

describe('the log', () => {
  it('has one line a request, without queries, tokens or credentials', async () => {
    const { port, lines } = await startServer({
      routes: [
        { name: 'export', prefix: '/exports/', methods: ['GET'], handle: echo([]) },
        route('/verify-email', echo([])),
      ],
    });
    const headers = { authorization: 'Bearer S3CRET', cookie: 'gatehouse=S3CRET' };
    await ask(port, '/exports/S3CRET/S3CRET', { headers });
    await ask(port, '/verify-email?token=S3CRET', { headers });
    await sleep(10);
    expect(lines.map((line) => [line['method'], line['path'], line['status']])).toEqual([
      ['GET', '/exports/…', 200],
      ['GET', '/verify-email', 200],
    ]);
    expect(JSON.stringify(lines)).not.toContain('S3CRET');
    expect(
      lines.every((line) => typeof line['ms'] === 'number' && isId(String(line['request']))),
    ).toBe(true);
  });

  it('says when a client left before its answer', async () => {
    const { port, lines } = await startServer({ routes: [route('/a', () => sleep(100))] });
    await speak(port, 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n', (socket) =>
      setTimeout(() => socket.destroy(), 20),
    );
    await sleep(30);
    expect(lines).toMatchObject([{ path: '/a', status: null, aborted: true }]);
  });
});

describe('pages', () => {
  const noGraphql = () => Promise.reject(new Error('not asked here'));

  it('are told origin and client by the server, never by the client', async () => {
    const seen: Incoming[] = [];
    const pages = createPages(
      site,
      async (request, response) => {
        seen.push(request);
        response.end('page');
      },
      noGraphql,
    );
    const { port } = await startServer({ pages });
    const forged = { 'x-gh-ip': '6.6.6.6', 'X-GH-Host': 'evil.example', 'x-gh-other': '1' };
    expect((await ask(port, '/profile', { headers: forged })).body).toBe('page');
    expect(seen[0]?.headers).toMatchObject({
      'x-gh-proto': 'https',
      'x-gh-host': 'account.example',
      'x-gh-ip': '127.0.0.1',
    });
    expect(seen[0]?.headers).not.toHaveProperty('x-gh-other');
    expect(seen[0]?.rawHeaders.join()).not.toContain('6.6.6.6');
  });

  it('that fail are a 500 without internals', async () => {
    const pages = createPages(site, () => Promise.reject(new Error('inner')), noGraphql);
    const { port } = await startServer({ pages });
    const { status, body } = await ask(port, '/profile');
    expect(status).toBe(500);
    expect(body).not.toContain('inner');
  });

  it('that pass are not found', async () => {
    const pages = createPages(site, (_request, _response, next) => next(), noGraphql);
    const { port } = await startServer({ pages });
    expect((await ask(port, '/profile')).status).toBe(404);
  });

  it('do not get what a route takes', async () => {
    const pages = createPages(site, (_request, response) => void response.end('page'), noGraphql);
    const { port } = await startServer({ pages, routes: [route('/graphql', echo([]))] });
    expect((await ask(port, '/graphql')).body).toBe('/graphql');
  });
});

describe('a server that stops', () => {
  it('finishes what is under way, refuses what is new, and says so at /readyz', async () => {
    let finish = () => undefined as void;
    const held = new Promise<void>((resolve) => (finish = resolve));
    let told = false;
    const { port, server } = await startServer({
      onDrain: () => void (told = true),
      routes: [
        route('/slow', async (_request, response) => {
          await held;
          answer(response, 200, 'done');
        }),
        route('/quick', echo([])),
      ],
    });
    const slow = ask(port, '/slow');
    await sleep(30);
    const closing = server.close(1500);
    expect(told).toBe(true);
    const refused = await ask(port, '/quick');
    expect([refused.status, codeOf(refused.body)]).toEqual([503, 'UNAVAILABLE']);
    expect(refused.headers).toMatchObject({ 'retry-after': '5', connection: 'close' });
    const ready = await ask(port, '/readyz');
    expect([ready.status, ready.body]).toEqual([503, '{"ok":false,"reason":"draining"}']);
    expect((await ask(port, '/healthz')).status).toBe(200);
    finish();
    expect((await slow).body).toBe('done');
    await closing;
    await expect(ask(port, '/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  it('ends idle connections at once, and busy ones with their answer', async () => {
    const { port, server } = await startServer({
      routes: [
        route('/slow', async (_request, response) => {
          await sleep(200);
          answer(response, 200, 'done');
        }),
      ],
    });
    const idle = connect(port, '127.0.0.1', () =>
      idle.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'),
    );
    await once(idle, 'data');
    const agent = new Agent({ keepAlive: true });
    const slow = ask(port, '/slow', { agent });
    await sleep(30);
    const started = performance.now();
    const closing = server.close(1500);
    await once(idle, 'close');
    expect(performance.now() - started).toBeLessThan(100);
    expect((await slow).headers.connection).toBe('close');
    await closing;
    expect(performance.now() - started).toBeLessThan(500);
    agent.destroy();
  });

  it('waits no longer than its grace, also for sockets that were told', async () => {
    const { port, server } = await startServer({
      routes: [route('/never', () => sleep(1800))],
      onDrain: () => sleep(1800),
    });
    const cut = ask(port, '/never');
    cut.catch(() => undefined);
    await sleep(30);
    const started = performance.now();
    await Promise.all([server.close(100), server.close(100)]);
    expect(performance.now() - started).toBeLessThan(600);
    await expect(cut).rejects.toThrow();
  });

  it('says that its port is taken', async () => {
    const { port } = await startServer();
    await expect(startServer({ port })).rejects.toThrow('EADDRINUSE');
  });
});
