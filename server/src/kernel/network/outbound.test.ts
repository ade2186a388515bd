import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../../test/certificate.js';
import { answering, endless, openReceiver, silent } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import { parseCidr } from './network.js';
import { Outbound } from './outbound.js';
import type { OutboundOptions } from './outbound.js';

const limits = { connect: 1_000, total: 1_500, answer: 65_536 };
const loopback = [parseCidr('127.0.0.0/8')!];
const guard = (options: Partial<OutboundOptions> = {}) =>
  new Outbound({ allow: [], limits, ...options });

const open: Receiver[] = [];
const receiver = async (...parameters: Parameters<typeof openReceiver>) => {
  const made = await openReceiver(...parameters);
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const post = { method: 'POST', body: '{}' } as const;
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** A name that says something else each time; its last answer stays. */
const saying = (...answers: readonly string[][]) => {
  const rest = [...answers];
  return async () => (rest.length > 1 ? rest.shift()! : rest[0]!);
};

describe('a name that leads to this machine only at the second look-up', () => {
  it('is taken at save and refused at the send, which opens no connection', async () => {
    const here = await receiver();
    const outbound = guard({ resolve: saying(['93.184.215.14'], ['127.0.0.1']) });
    const url = new URL(`https://rebinding.example.org:${here.port}/`);
    await outbound.check(url);
    expect(await said(outbound.request(url, post))).toContain('private network');
    expect(here.connections).toBe(0);
  });

  it('is refused at the second send as well as at the tenth', async () => {
    const here = await receiver();
    const other = await receiver(answering(200));
    const allow = [parseCidr('127.0.0.2/32')!];
    const outbound = guard({ allow, resolve: saying(['127.0.0.2'], ['127.0.0.1']) });
    const url = new URL(`http://rebinding.example.org:${here.port}/`);
    // Nothing listens at 127.0.0.2: what matters is that it was tried.
    expect(await said(outbound.request(url, post))).toContain('refused');
    for (let time = 0; time < 9; time += 1) {
      expect(await said(outbound.request(url, post))).toContain('private network');
    }
    expect(here.connections + other.connections).toBe(0);
  });
});

describe('what OUTBOUND_ALLOW names', () => {
  it('is reached by plain http, by address and by name', async () => {
    const here = await receiver(answering(200, 'well', { 'x-more': 'a' }));
    const outbound = guard({ allow: loopback, resolve: saying(['127.0.0.1']) });
    for (const host of ['127.0.0.1', 'receiver.test']) {
      const url = new URL(`http://${host}:${here.port}/hook?a=b`);
      await outbound.check(url);
      const headers = { 'content-type': 'application/json' };
      const answer = await outbound.request(url, { ...post, headers });
      expect(answer).toMatchObject({ status: 200, body: 'well', headers: { 'x-more': 'a' } });
    }
    expect(here.received).toHaveLength(2);
    expect(here.received[1]).toMatchObject({
      method: 'POST',
      path: '/hook?a=b',
      body: '{}',
      headers: { host: `receiver.test:${here.port}`, 'content-type': 'application/json' },
    });
  });

  it('is that network and no other', async () => {
    const outbound = guard({ allow: [parseCidr('127.0.0.2/32')!] });
    const here = await receiver();
    expect(await said(outbound.request(new URL(here.url), post))).toContain('private network');
    expect(here.connections).toBe(0);
  });

  it('makes plain http no better for public addresses', async () => {
    const outbound = guard({ allow: loopback });
    expect(await said(outbound.check(new URL('http://1.1.1.1/')))).toContain('https://');
  });

  it('is not needed for an address that the operator set himself', async () => {
    const here = await receiver();
    const answer = await guard().request(new URL(here.url), { ...post, exempt: true });
    expect(answer.status).toBe(200);
  });
});

describe('the certificate of an https address', () => {
  it('must be one that this machine trusts, for the name that was typed', async () => {
    const pair = selfSigned('receiver.test');
    const here = await receiver(answering(200), pair);
    const outbound = guard({ allow: loopback, resolve: saying(['127.0.0.1']) });
    const url = new URL(`https://receiver.test:${here.port}/`);
    expect(await said(outbound.request(url, post))).toContain('certificate');
    expect(here.received).toHaveLength(0);

    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, pair.cert]);
    try {
      expect((await outbound.request(url, post)).status).toBe(200);
      const wrong = new URL(`https://other.test:${here.port}/`);
      expect(await said(outbound.request(wrong, post))).toContain('certificate');
      expect(here.received).toHaveLength(1);
    } finally {
      tls.setDefaultCACertificates(before);
    }
  });
});

describe('an answer', () => {
  const outbound = guard({ allow: loopback });

  it('that leads elsewhere is not followed', async () => {
    const inside = await receiver();
    for (const status of [301, 302, 303, 307, 308]) {
      const here = await receiver(answering(status, '', { location: `${inside.url}/admin` }));
      expect((await outbound.request(new URL(here.url), post)).status).toBe(status);
    }
    expect(inside.connections).toBe(0);
  });

  it('that never ends is cut at 64 KiB', async () => {
    const here = await receiver(endless());
    const answer = await outbound.request(new URL(here.url), post);
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(65_536);
    await expect.poll(() => here.sent()).toBeLessThan(8_000_000);
    const sent = here.sent();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(here.sent()).toBe(sent);
  });

  it('that drips is read as long as there is time', async () => {
    const here = await receiver((_, response) => {
      response.writeHead(202);
      const timer = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(timer));
    });
    const began = Date.now();
    const answer = await outbound.request(new URL(here.url), post);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatch(/^\.{5,}$/);
    expect(Date.now() - began).toBeLessThan(limits.total + 1_000);
  });

  it('of no words at all is waited for until the time is up', async () => {
    const here = await receiver(silent);
    const began = Date.now();
    expect(await said(outbound.request(new URL(here.url), post))).toContain('no answer in time');
    const took = Date.now() - began;
    expect(took).toBeGreaterThanOrEqual(limits.total - 50);
    expect(took).toBeLessThan(limits.total + 1_000);
  });

  it('that stops in the middle still has its status', async () => {
    const here = await receiver((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 50);
    });
    expect(await outbound.request(new URL(here.url), post)).toMatchObject({
      status: 200,
      body: 'half',
    });
  });

  it('in bytes that are no text can be kept all the same', async () => {
    const here = await receiver((_, response) => {
      response.end(Buffer.from([0x61, 0x00, 0xff, 0x62]));
    });
    const { body } = await outbound.request(new URL(here.url), post);
    expect(body).toBe('a\ufffd\ufffdb');
  });

  it.each([
    ['endless headers', `HTTP/1.1 200 OK\r\n${'x-more: 123456789\r\n'.repeat(5_000)}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a refusal to speak', ''],
  ])('of %s is a failure, told in words', async (_, text) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const work = outbound.request(new URL(`http://127.0.0.1:${port}`), post);
    expect(await said(work)).toMatch(/^OutboundFailed: (The connection failed|The other side)/);
    server.close();
  });
});

describe('whom nobody answers', () => {
  it('is told that nothing listens', async () => {
    const here = await openReceiver();
    await here.close();
    const work = guard({ allow: loopback }).request(new URL(here.url), post);
    expect(await said(work)).toContain('Nothing listens');
  });

  it('is told that the name is not known', async () => {
    const resolve = async () =>
      Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    const url = new URL('https://nowhere.example.org/');
    expect(await said(guard({ resolve }).request(url, post))).toContain('name');
    expect(await said(guard({ resolve: saying([]) }).request(url, post))).toContain('name');
  });

  it('waits for a name no longer than for a connection', async () => {
    const resolve = () => new Promise<never>(() => {});
    const began = Date.now();
    const url = new URL('https://slow.example.org/');
    expect(await said(guard({ resolve }).request(url, post))).toContain('in time');
    expect(Date.now() - began).toBeLessThan(limits.total + 500);
  });
});
