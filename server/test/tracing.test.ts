import { afterAll, beforeAll, expect, it } from 'vitest';
import { Notices } from '../src/features/notification/notices.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { openReceiver } from './receiver.js';
import type { Receiver } from './receiver.js';
import { freePort, ServerProcess } from './server-process.js';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

const password = 'correct horse battery';
const signIn = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename } }`;
const username = 'wilhelmina';
const from = '203.0.113.9';
const trace = '0af7651916cd43dd8448eb211c80319c';

let app: TestApp;
let collector: Receiver;
beforeAll(async () => {
  app = await createTestApp();
  collector = await openReceiver();
  await app.signedIn({ username });
});
afterAll(async () => {
  await collector.close();
  await app.close();
});

function spans(): SentSpan[] {
  const sent = collector.received.map(({ json }) => json as unknown as Sent);
  return sent.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
}

const valueOf = (span: SentSpan, key: string): unknown =>
  Object.values(span.attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];

const called = () =>
  app.unit(() =>
    app.kernel.database.query(
      `select 1 from delivery_try t join delivery d on d.id = t.delivery_id where d.channel = 'WEBHOOK'`,
    ),
  );

it('tells a collector what a request asked of the database, and nothing of who asked', async () => {
  const server = await ServerProcess.beside(app, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    TRUSTED_PROXIES: '127.0.0.1,::1',
  });
  try {
    const headers = {
      traceparent: `00-${trace}-b7ad6b7169203331-00`,
      'x-forwarded-for': from,
      'user-agent': 'Opera/9.80 (Nintendo Wii)',
    };
    for (const typed of [password, 'not this one']) {
      await server.graphql(signIn, { input: { login: username, password: typed } }, headers);
    }
    await expect
      .poll(
        () =>
          app.unit(() =>
            app.kernel.database.query('select 1 from activity_entry where kind = $1', [
              'sign_in.failed',
            ]),
          ),
        { timeout: 20_000 },
      )
      .toHaveLength(1);
  } finally {
    await server.stop();
  }
  const requests = spans().filter(({ name }) => name === 'POST graphql');
  expect(requests).toHaveLength(2);
  const [good, wrong] = requests as [SentSpan, SentSpan];
  // The caller's trace goes on, though it said that it was not recorded.
  expect(good.traceId).toBe(trace);
  expect(good.parentSpanId).toBe('b7ad6b7169203331');
  expect(valueOf(good, 'http.response.status_code')).toBe(200);
  expect(valueOf(good, 'graphql.operation.name')).toBe('SignIn');
  expect(valueOf(good, 'graphql.errors')).toBeUndefined();
  expect(valueOf(wrong, 'graphql.errors')).toBe(true);
  const within = spans().filter(({ parentSpanId }) => parentSpanId === good.spanId);
  const statements = within.map((span) => valueOf(span, 'db.query.text'));
  expect(statements).toContainEqual(expect.stringContaining('insert into session'));
  expect(within.map(({ name }) => name)).toContain('COMMIT');
  expect(spans().map(({ name }) => name)).toContain('sign_in.failed');
  const all = collector.received.map(({ body }) => body).join();
  const secrets = [password, 'not this one', username, from, 'Nintendo'];
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});

it('says of calls to addresses that people typed no more than that they were made', async () => {
  const owner = await app.signedIn();
  // Such names are often the secret.
  const url = 'https://wilhelmina-4711.invalid/hook';
  const create = `mutation ($url: URL!) { createWebhook(input: { url: $url, events: ["*"] }) { secret } }`;
  expect((await app.graphql(create, { url }, owner)).errors).toBeUndefined();
  const audience = { accountIds: [owner.accountId!] };
  const texts = { EN: { title: 'Hello', body: 'You' } };
  await app.unit(() => app.get(Notices).send({ type: 'admin.message', audience, texts }));
  const before = spans().length;
  const server = await ServerProcess.beside(app, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  try {
    await expect.poll(called, { timeout: 20_000 }).not.toHaveLength(0);
  } finally {
    await server.stop();
  }
  const names = spans()
    .slice(before)
    .map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['delivery.WEBHOOK', 'POST']));
  expect(collector.received.map(({ body }) => body).join()).not.toContain('4711');
});

it('leaves out who only looks whether the server is well, and what that asks of the database', async () => {
  const before = spans().length;
  const server = await ServerProcess.beside(app, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  try {
    for (const path of ['/healthz', '/readyz', '/readyz?from=balancer', '/media/nothing']) {
      await (await fetch(server.url + path)).text();
    }
  } finally {
    await server.stop();
  }
  const found = spans().slice(before);
  expect(found.filter(({ name }) => name.startsWith('GET')).map(({ name }) => name)).toEqual([
    'GET media',
  ]);
  // What readiness asks first.
  const statements = found.map((span) => valueOf(span, 'db.query.text'));
  expect(statements.filter((text) => text === 'select 1')).toEqual([]);
});

it('goes on with a trace of its proxies and of nobody else', async () => {
  const server = await ServerProcess.beside(app, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  const before = spans().length;
  const typed = 'aslongasfivehundredcharacters';
  try {
    const headers = {
      traceparent: `00-${trace}-b7ad6b7169203331-00`,
      tracestate: `x=${typed}`,
      baggage: `user=${typed}`,
    };
    await server.graphql('{ site { name } }', {}, headers);
  } finally {
    await server.stop();
  }
  const requests = spans()
    .slice(before)
    .filter(({ name }) => name === 'POST graphql');
  expect(requests).toHaveLength(1);
  expect(requests[0]!.traceId).not.toBe(trace);
  expect(collector.received.map(({ body }) => body).join()).not.toContain(typed);
});

it('works, and stops, without the collector that was named', async () => {
  const server = await ServerProcess.beside(app, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
  });
  const { data } = await server.graphql(signIn, { input: { login: username, password } });
  expect(data).toEqual({ signIn: { __typename: 'SignedIn' } });
  const begun = Date.now();
  await server.stop();
  // SIGKILL would come after fifteen.
  expect(Date.now() - begun).toBeLessThan(14_000);
});
