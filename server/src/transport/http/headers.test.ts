import { afterEach, describe, expect, it } from 'vitest';
import { createPages } from './route/pages.js';
import type { PagesHandler } from './route/pages.js';
import { ask, site, startServer, stopServers } from './server.test-support.js';

afterEach(stopServers);

const noGraphql = () => Promise.reject(new Error('not asked here'));

async function page(handler: PagesHandler, path = '/profile') {
  const { port } = await startServer({ pages: createPages(site, handler, noGraphql) });
  return (await ask(port, path)).headers;
}

describe('every answer', () => {
  it.each(['/healthz', '/nothing', '//unclear'])(
    'carries the security headers: %s',
    async (path) => {
      const { port } = await startServer();
      const { headers } = await ask(port, path);
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=63072000',
      });
      expect(headers['permissions-policy']).toContain('camera=()');
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('binds browsers to https only where the site has it', async () => {
    const { port } = await startServer({ publicUrl: 'http://localhost:3000' });
    const { headers } = await ask(port, '/healthz');
    expect(headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('a page', () => {
  it('keeps the policy with nonces that it brings, and only that', async () => {
    const policy = "script-src 'nonce-abc'";
    const set = await page((_request, response) => {
      response.setHeader('content-security-policy', policy);
      response.end();
    });
    const written = await page((_request, response) => {
      response.writeHead(200, { 'content-security-policy': policy }).end();
    });
    expect([set, written].map((headers) => headers['content-security-policy'])).toEqual([
      policy,
      policy,
    ]);
    expect(set['cache-control']).toBe('no-store');
  });

  it('that brings none runs no inline script and is framed by nobody', async () => {
    const headers = await page((_request, response) => response.end());
    const policy = headers['content-security-policy'];
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|sandbox/);
  });

  it("leaves files to SvelteKit's caching", async () => {
    const immutable = 'public,max-age=31536000,immutable';
    const cached = await page((_request, response) => {
      response.writeHead(200, { 'cache-control': immutable }).end();
    }, '/_app/immutable/a.js');
    expect(cached['cache-control']).toBe(immutable);
    const plain = await page((_request, response) => response.end(), '/favicon.svg');
    expect(plain['cache-control']).toBe('no-cache');
    const data = await page((_request, response) => response.end(), '/profile/__data.json');
    expect(data['cache-control']).toBe('no-store');
  });
});
