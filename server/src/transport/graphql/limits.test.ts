import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acknowledged, codesOf, speak } from '../../../test/raw-socket.js';
import type { RawSocket } from '../../../test/raw-socket.js';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';

let server: TestServer;
let as: As;
let socket: RawSocket;
let asked = 0;

beforeAll(async () => {
  server = await createTestServer();
  as = { cookie: server.app.secretOf(await server.app.signedIn({ role: 'ADMIN' })) };
  socket = speak(server.socket(as));
  await socket.hear(acknowledged);
});
afterAll(() => server.close());

async function byPost(query: string, variables: Record<string, unknown> = {}) {
  const answer = await server.graphql(query, variables, as);
  return (answer.errors ?? []).map((error) => error.extensions.code);
}

/** What the socket says first; null when it took the subscription. */
async function bySocket(query: string, variables: Record<string, unknown> = {}) {
  const id = `limit${++asked}`;
  const probe = `probe${asked}`;
  socket.subscribe(id, query, variables);
  socket.subscribe(probe, 'subscription { unreadCount }');
  // Answers come in order of their questions, so what was refused was refused before the probe's.
  await socket.hear((message) => message.id === probe);
  const first = socket.heard.find((message) => message.id === id);
  for (const done of [id, probe]) socket.send({ type: 'complete', id: done });
  return first ? codesOf(first) : null;
}

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (depth: number): string => (depth === 0 ? 'id' : `level { ${nested(depth - 1)} }`);
const twice = (count: number, type: string) =>
  `${times(count, (n) => `fragment F${n} on ${type} { ...F${n + 1} ...F${n + 1} }`)} fragment F${count} on ${type} { __typename }`;

/** What stands in the braces of `me`, and of `inbox` in a subscription. */
const inside = (fields: string, more = '') => ({
  query: `{ me { ${fields} } } ${more}`,
  subscription: `subscription { inbox { ${fields} } } ${more}`,
});

const within = {
  '15 aliases': inside(times(15, (n) => `a${n}: __typename`)),
  '198 fields': inside(times(198, () => '__typename')),
  '5 directives': inside(times(5, (n) => `a${n}: __typename @include(if: true)`)),
  '15,000 characters': {
    query: '{ me { id } }'.padEnd(15_000),
    subscription: 'subscription { inbox { __typename } }'.padEnd(15_000),
  },
};

const beyond = {
  '16 aliases, also of __typename': inside(times(16, (n) => `a${n}: __typename`)),
  '201 fields': inside(times(201, () => '__typename')),
  '6 directives': inside(times(6, (n) => `a${n}: __typename @include(if: true)`)),
  '1,001 tokens': inside(times(1_001, () => '__typename')),
  '15,001 characters': {
    query: '{ me { id } }'.padEnd(15_001),
    subscription: 'subscription { inbox { __typename } }'.padEnd(15_001),
  },
};

describe('whoever asks much', () => {
  it.each(Object.entries(within))('may ask for %s', async (_name, { query, subscription }) => {
    expect(await byPost(query)).toEqual([]);
    expect(await bySocket(subscription)).toBeNull();
  });

  it.each(Object.entries(beyond))('is refused %s', async (_name, { query, subscription }) => {
    expect(await byPost(query)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await bySocket(subscription)).toEqual(['QUERY_TOO_COMPLEX']);
  });

  it('is refused fragments that spread each other twice, and at once', async () => {
    const started = performance.now();
    const account = twice(40, 'Account');
    const event = twice(40, 'InboxEvent');
    expect(await byPost(`{ me { ...F0 } } ${account}`)).toContain('QUERY_TOO_COMPLEX');
    expect(await bySocket(`subscription { inbox { ...F0 } } ${event}`)).toContain(
      'QUERY_TOO_COMPLEX',
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is refused fields eleven deep', async () => {
    // No type of ours nests so deep yet, so the document is wrong in another way as well.
    expect(await byPost(`{ ${nested(10)} }`)).toContain('QUERY_TOO_COMPLEX');
    expect(await byPost(`{ ${nested(9)} }`)).not.toContain('QUERY_TOO_COMPLEX');
    expect(await bySocket(`subscription { ${nested(10)} }`)).toContain('QUERY_TOO_COMPLEX');
    expect(await bySocket(`subscription { ${nested(9)} }`)).not.toContain('QUERY_TOO_COMPLEX');
  });

  it('pays for what a page multiplies, given as text, as a variable or by default', async () => {
    const page = (first: string, fields: number) =>
      `query ${first.startsWith('$') ? '($first: Int! = 100)' : ''} { me { inbox(first: ${first}) { nodes { ${times(fields, () => 'id')} } } } }`;
    expect(await byPost(page('100', 47))).toEqual([]);
    expect(await byPost(page('100', 50))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await byPost(page('$first', 50))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await byPost(page('$first', 50), { first: 10 })).toEqual([]);
  });

  it('pays for twenty tries of each delivery, each with what was asked and answered', async () => {
    const log = (first: number) => `{ me { notificationSettings { deliveries(first: ${first}) {
      nodes { id tries { request response error } } } } } }`;
    expect(await byPost(log(50))).toEqual([]);
    expect(await byPost(log(100))).toEqual(['QUERY_TOO_COMPLEX']);
  });

  it('may try one password a request, however the tries are written', async () => {
    const input = '{ login: "ada", password: "a wrong one" }';
    const field = (alias: string) => `${alias}: signIn(input: ${input}) { __typename }`;
    expect(await byPost(`mutation { ${field('a')} ${field('b')} }`)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(
      await byPost(`mutation { ...One ${field('b')} } fragment One on Mutation { ${field('a')} }`),
    ).toEqual(['QUERY_TOO_COMPLEX']);
    const mixed = `${field('a')} changePassword(currentPassword: "x", newPassword: "y") { hasPassword }`;
    expect(await byPost(`mutation { ${mixed} }`)).toEqual(['QUERY_TOO_COMPLEX']);
  });

  it('is refused several requests in one body', async () => {
    const response = await server.post(JSON.stringify([{ query: '{ me { id } }' }]), as);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('is refused a body over 100 KiB', async () => {
    const body = (size: number) => {
      const frame = JSON.stringify({ query: '{ me { id } }', variables: { x: '' } });
      return frame.replace('""', `"${'x'.repeat(size - frame.length)}"`);
    };
    expect((await server.post(body(100 * 1024), as)).status).toBe(200);
    const response = await server.post(body(100 * 1024 + 1), as);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });
});

describe('a socket', () => {
  it('is closed by a frame over 64 KiB', async () => {
    const own = speak(server.socket(as));
    await own.hear(acknowledged);
    own.send({ type: 'ping', payload: { x: 'x'.repeat(60_000) } });
    await own.hear((message) => message.type === 'pong');
    own.send({ type: 'ping', payload: { x: 'x'.repeat(65_536) } });
    expect(await own.closed).toMatchObject({ code: 1009 });
  });

  it('carries 20 subscriptions; refused ones and ended ones take no place', async () => {
    const own = speak(server.socket(as));
    await own.hear(acknowledged);
    for (let round = 0; round < 25; round++) own.subscribe(`bad${round}`, 'subscription { nope }');
    await own.hear((message) => message.id === 'bad24');
    for (let round = 0; round < 20; round++) {
      own.subscribe(`good${round}`, 'subscription { unreadCount }');
    }
    await own.hear((message) => message.id === 'good19');
    own.subscribe('more', 'subscription { unreadCount }');
    expect(codesOf(await own.hear((message) => message.id === 'more'))).toEqual([
      'QUERY_TOO_COMPLEX',
    ]);
    own.send({ type: 'complete', id: 'good3' });
    own.subscribe('again', 'subscription { unreadCount }');
    expect(await own.hear((message) => message.id === 'again')).toMatchObject({
      type: 'next',
      payload: { data: { unreadCount: 0 } },
    });
    own.wire.terminate();
  });

  it('is one of at most ten of a person; a closed one makes room', async () => {
    const person = await server.app.signedIn();
    const cookie = server.app.secretOf(person);
    const open = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const each = speak(server.socket({ cookie }));
        await each.hear(acknowledged);
        return each;
      }),
    );
    expect(await speak(server.socket({ cookie })).closed).toMatchObject({ code: 4429 });
    open[0]!.wire.close();
    await open[0]!.closed;
    // The server hears of the closing a moment later than we.
    await expect
      .poll(async () => {
        const each = speak(server.socket({ cookie }));
        return Promise.race([
          each.hear(acknowledged).then(
            () => 'open',
            () => 'full',
          ),
        ]);
      })
      .toBe('open');
    for (const each of open) each.wire.terminate();
  });

  it('takes no queries and no mutations', async () => {
    expect(await bySocket('{ me { id } }')).toEqual(['BAD_REQUEST']);
    expect(await bySocket('mutation { signOut }')).toEqual(['BAD_REQUEST']);
    expect(await bySocket('{ __schema { queryType { name } } }')).toEqual(['BAD_REQUEST']);
    const both = 'query One { me { id } } subscription Two { unreadCount }';
    expect(await bySocket(both)).toEqual(['BAD_REQUEST']);
  });

  it('is closed when it floods', async () => {
    const own = speak(server.socket(as));
    await own.hear(acknowledged);
    for (let round = 0; round < 120; round++) own.send({ type: 'ping' });
    expect(await own.closed).toMatchObject({ code: 1008 });
  });
});
