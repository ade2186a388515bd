import { Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../kernel/log/log.js';
import { healthRoutes } from './health.js';
import type { Ready } from './health.js';
import { createHttpMetrics, metricsRoute } from './metrics.js';
import { ask, speak, startServer, stopServers } from '../server.test-support.js';

afterEach(stopServers);

describe('/readyz', () => {
  it('says why the server cannot serve', async () => {
    const ready: Ready = async () => ({ ok: false, reason: 'migrations' });
    const { port } = await startServer({ ready });
    const { status, body } = await ask(port, '/readyz');
    expect([status, body]).toEqual([503, '{"ok":false,"reason":"migrations"}']);
  });

  it('says yes when it can', async () => {
    const { port } = await startServer();
    const { status, body } = await ask(port, '/readyz');
    expect([status, body]).toEqual([200, '{"ok":true}']);
  });

  it('says no when the question fails, without its words', async () => {
    const { port } = await startServer({
      ready: () => Promise.reject(new Error('10.0.0.5 refused')),
    });
    const { status, body } = await ask(port, '/readyz');
    expect([status, body]).toEqual([503, '{"ok":false,"reason":"database"}']);
  });

  it('says no when the question hangs, and asks once for all who wait', async () => {
    let asked = 0;
    const ready: Ready = async () => {
      asked += 1;
      await sleep(1500);
      return { ok: true };
    };
    const log = createLog('silent');
    const health = healthRoutes({ ready, isDraining: () => false, log, bound: 50 });
    const routes = health
      .filter((route) => 'path' in route && route.path === '/readyz')
      .map((route) => ({ ...route, path: '/bounded' }));
    const { port } = await startServer({ routes });
    const answers = await Promise.all([1, 2, 3].map(() => ask(port, '/bounded')));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(asked).toBe(1);
  });
});

it('/healthz is well whatever the database does', async () => {
  const { port } = await startServer({ ready: () => Promise.reject(new Error('down')) });
  const { status, body } = await ask(port, '/healthz');
  expect([status, body]).toEqual([200, 'ok']);
});

describe('/metrics', () => {
  async function start(token: string | null, host = '127.0.0.1') {
    const registry = new Registry();
    const metrics = createHttpMetrics(registry);
    return startServer({ metrics, routes: [metricsRoute(registry, token)], host });
  }

  it('counts requests by class, never by address', async () => {
    const { port } = await start(null);
    await ask(port, '/healthz');
    await ask(port, '/some/page?token=S3CRET');
    const { body, headers } = await ask(port, '/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('gatehouse_http_request_seconds_count{route="health",status="2xx"} 1');
    expect(body).toContain('gatehouse_http_request_seconds_count{route="page",status="4xx"} 1');
    expect(body).toContain('gatehouse_sockets_open 0');
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).not.toMatch(/some|S3CRET/);
  });

  it.each([
    'Forwarded',
    'X-Forwarded-For',
    'x-forwarded-host',
    'X-Forwarded-Proto',
    'Via',
    'X-Real-IP',
  ])('is not there for whoever came through a proxy (%s)', async (name) => {
    const { port } = await start(null);
    expect((await ask(port, '/metrics', { headers: { [name]: '127.0.0.1' } })).status).toBe(404);
  });

  it('is there for the holder of the token, through a proxy, too', async () => {
    const { port } = await start('right');
    const through = { via: '1.1 caddy' };
    const status = async (authorization?: string) =>
      (
        await ask(port, '/metrics', {
          headers: { ...through, ...(authorization && { authorization }) },
        })
      ).status;
    expect(await status('Bearer right')).toBe(200);
    expect(await status('bearer right')).toBe(200);
    expect(await status('Bearer wrong')).toBe(404);
    expect(await status('Bearer right ')).toBe(200);
    expect(await status('Bearer righ')).toBe(404);
    expect(await status('Basic right')).toBe(404);
    expect(await status()).toBe(404);
  });

  it('has no token when none is set', async () => {
    for (const token of [null, '']) {
      const { port } = await start(token);
      for (const authorization of ['Bearer', 'Bearer ', 'Bearer null']) {
        const headers = { via: '1.1 caddy', authorization };
        expect((await ask(port, '/metrics', { headers })).status).toBe(404);
      }
    }
  });

  it('looks like any address that is not there', async () => {
    const { port } = await start('right');
    const [there, nowhere] = await Promise.all(
      ['/metrics', '/nothing'].map((path) =>
        speak(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nVia: 1.1 a\r\nConnection: close\r\n\r\n`),
      ),
    );
    const same = (text = '') => text.replace(/(X-Request-Id|Date): .*/g, '');
    expect(same(there)).toBe(same(nowhere));
  });
});
