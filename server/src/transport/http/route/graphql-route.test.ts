import { afterEach, describe, expect, it } from 'vitest';
import type { GraphqlAnswer, GraphqlRequest } from '../request/fetch-request.js';
import { graphqlRoute, schemaRoute } from './graphql-route.js';
import { createPages } from './pages.js';
import {
  ask,
  codeOf,
  origins,
  partner,
  site,
  speak,
  startServer,
  stopServers,
} from '../server.test-support.js';

afterEach(stopServers);

const json = { 'content-type': 'application/json' };
const cookie = { ...json, cookie: '__Host-gatehouse=abc' };
const body = '{"query":"{ me { id } }"}';

async function start(reply: Partial<GraphqlAnswer> = {}) {
  const seen: GraphqlRequest[] = [];
  const handler = async (request: GraphqlRequest): Promise<GraphqlAnswer> => {
    seen.push(request);
    const headers = new Headers({ 'content-type': 'application/json' });
    return { status: 200, headers, body: '{"data":{}}', ...reply };
  };
  const routes = [graphqlRoute(handler, origins), schemaRoute('type Query { site: Int }')];
  return { ...(await startServer({ routes })), seen, handler };
}

const post = (port: number, headers: Record<string, string>, text = body) =>
  ask(port, '/graphql', { method: 'POST', headers, body: text });

describe('a GraphQL request', () => {
  it('reaches the handler with its body, headers and client address', async () => {
    const { port, seen } = await start();
    const { status, headers } = await post(port, { ...json, authorization: 'Bearer x' });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(seen[0]).toMatchObject({ method: 'POST', body, incoming: { address: '127.0.0.1' } });
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer x');
  });

  it('takes every cookie of the answer to the browser', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-other', 'y'],
    ]);
    const { port } = await start({ headers });
    const answered = await post(port, json);
    expect(answered.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answered.headers['x-other']).toBe('y');
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE'])('by %s is refused', async (method) => {
    const { port, seen } = await start();
    const { status, headers } = await ask(port, '/graphql?query={me{id}}', { method });
    expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
    expect(seen).toEqual([]);
  });

  it.each([
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json, text/plain',
    'application/graphql',
    'nonsense',
  ])('as %s is refused', async (type) => {
    const { port, seen } = await start();
    const { status, body } = await post(port, type === undefined ? {} : { 'content-type': type });
    expect([status, codeOf(body)]).toEqual([415, 'BAD_REQUEST']);
    expect(seen).toEqual([]);
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"'])(
    'as %s is taken',
    async (type) => {
      const { port } = await start();
      expect((await post(port, { 'content-type': type })).status).toBe(200);
    },
  );
});

describe('a request with a cookie', () => {
  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'same-origin' },
    { origin: site },
    { origin: partner },
    { origin: partner, 'sec-fetch-site': 'same-site' },
    { origin: partner, 'sec-fetch-site': 'cross-site' },
  ])('is served when it shows where it is from: %j', async (shown) => {
    const { port } = await start();
    expect((await post(port, { ...cookie, ...shown })).status).toBe(200);
  });

  it.each<Record<string, string>>([
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${site}.evil.example` },
    { origin: 'https://account.example:8443' },
    { origin: 'http://account.example' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { referer: `${site}/profile` },
  ])('is refused before anything is read: %j', async (shown) => {
    const { port, seen } = await start();
    const { status, body } = await post(port, { ...cookie, ...shown });
    expect([status, codeOf(body)]).toEqual([403, 'BAD_REQUEST']);
    expect(seen).toEqual([]);
  });

  it('is not saved by a second Sec-Fetch-Site', async () => {
    const { port } = await start();
    const heard = await speak(
      port,
      `POST /graphql HTTP/1.1\r\nHost: a\r\nCookie: gatehouse=a\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    expect(heard).toMatch(/^HTTP\/1.1 403 /);
  });

  it('and an Authorization header counts by the header alone and needs no origin', async () => {
    const { port, seen } = await start();
    const headers = { ...cookie, authorization: 'Bearer x', origin: 'https://evil.example' };
    const { status, headers: answered } = await post(port, headers);
    expect(status).toBe(200);
    expect(answered).not.toHaveProperty('access-control-allow-origin');
    expect(seen[0]?.headers.has('cookie')).toBe(false);
  });
});

describe('a page of another origin', () => {
  const preflight = (port: number, origin: string) =>
    ask(port, '/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('that is allowed may send, with credentials, and read', async () => {
    const { port } = await start();
    const before = await preflight(port, partner);
    expect(before.status).toBe(204);
    expect(before.headers).toMatchObject({
      'access-control-allow-origin': partner,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      vary: 'Origin',
    });
    expect(before.headers['access-control-allow-headers']).toContain('content-type');
    const { headers } = await post(port, { ...cookie, origin: partner });
    expect(headers).toMatchObject({ 'access-control-allow-origin': partner, vary: 'Origin' });
  });

  it('that is allowed can read why it was refused', async () => {
    const { port } = await start();
    const { status, headers } = await post(port, { origin: partner, 'content-type': 'text/plain' });
    expect([status, headers['access-control-allow-origin']]).toEqual([415, partner]);
  });

  it('that is not allowed gets no permission, least of all a star', async () => {
    const { port } = await start();
    for (const origin of ['https://evil.example', 'null']) {
      const { status, headers } = await preflight(port, origin);
      expect([status, headers.vary]).toEqual([403, 'Origin']);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('GraphQL inside of a page', () => {
  async function render(request: (url: string) => Request, reply: Partial<GraphqlAnswer> = {}) {
    const { handler, seen } = await start(reply);
    const answers: Response[] = [];
    const pages = createPages(
      site,
      async (incoming, response) => {
        const answered = await incoming.graphql?.(request(`${site}/graphql`));
        if (answered) answers.push(answered);
        response.end();
      },
      handler,
    );
    const { port } = await startServer({ pages });
    const headers = { cookie: '__Host-gatehouse=abc', 'user-agent': 'Browser/1' };
    await ask(port, '/profile', { headers });
    const [answered] = answers;
    if (!answered) throw new Error('the page got no answer');
    return { answered, seen };
  }

  it("carries the browser's cookie and agent, not what the page's code set", async () => {
    const { answered, seen } = await render(
      (url) =>
        new Request(url, {
          method: 'POST',
          headers: { ...json, cookie: 'x=y', authorization: 'Bearer y', 'user-agent': 'node' },
          body,
        }),
    );
    expect(answered.status).toBe(200);
    expect(seen[0]?.body).toBe(body);
    expect(seen[0]?.incoming.address).toBe('127.0.0.1');
    expect(seen[0]?.headers.get('cookie')).toBe('__Host-gatehouse=abc');
    expect(seen[0]?.headers.get('user-agent')).toBe('Browser/1');
    expect(seen[0]?.headers.has('authorization')).toBe(false);
  });

  it('gives the page the cookies of the answer', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    const { answered } = await render(
      (url) => new Request(url, { method: 'POST', headers: json, body }),
      { headers },
    );
    expect(answered.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it.each<[number, RequestInit]>([
    [405, {}],
    [415, { method: 'POST', body }],
    [413, { method: 'POST', headers: json, body: 'ä'.repeat(60_000) }],
  ])('is under the same rules: %i', async (status, init) => {
    const { answered, seen } = await render((url) => new Request(url, init));
    expect([answered.status, codeOf(await answered.text())]).toEqual([status, 'BAD_REQUEST']);
    expect(seen).toEqual([]);
  });
});

it('the schema can be read by everybody', async () => {
  const { port } = await start();
  const { body, headers } = await ask(port, '/schema.graphql');
  expect(body).toBe('type Query { site: Int }');
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
});
