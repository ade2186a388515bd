import { afterEach, describe, expect, it } from 'vitest';
import { answer } from '../answer.js';
import { readBody, readJson } from './body.js';
import { ask, codeOf, speak, startServer, stopServers } from '../server.test-support.js';

afterEach(stopServers);

const limit = 1000;
const json = { 'content-type': 'application/json' };

async function start(timeout?: number): Promise<number> {
  const { port } = await startServer({
    routes: [
      {
        name: 'test',
        path: '/json',
        methods: ['POST'],
        handle: async (request, response) =>
          answer(response, 200, await readJson(request, limit, timeout)),
      },
      {
        name: 'test',
        path: '/bytes',
        methods: ['PUT'],
        handle: async (request, response) =>
          answer(response, 200, String((await readBody(request, limit, timeout)).length)),
      },
    ],
  });
  return port;
}

const post = (port: number, body: string | Buffer, headers: Record<string, string> = {}) =>
  ask(port, '/json', { method: 'POST', headers: { ...json, ...headers }, body });

const head = 'POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';

describe('a body', () => {
  it('arrives as it was sent, up to the limit', async () => {
    const port = await start();
    expect((await post(port, '"è 🔔"')).body).toBe('"è 🔔"');
    expect((await post(port, 'a'.repeat(limit))).status).toBe(200);
    expect((await ask(port, '/bytes', { method: 'PUT', body: Buffer.from([255, 0]) })).body).toBe(
      '2',
    );
    expect((await ask(port, '/bytes', { method: 'PUT' })).body).toBe('0');
  });

  it.each([limit + 1, 900_000])('of %i bytes is refused and its sender hears it', async (size) => {
    const port = await start();
    const announced = await post(port, 'a'.repeat(size));
    const counted = await post(port, 'a'.repeat(size), { 'transfer-encoding': 'chunked' });
    for (const { status, body } of [announced, counted]) {
      expect([status, codeOf(body)]).toEqual([413, 'BAD_REQUEST']);
    }
  });

  it('that is refused is read on for a sender who listens only when all is sent', async () => {
    const port = await start();
    const heard = await speak(port, `${head}Content-Length: 60000\r\n\r\n`, (socket) => {
      socket.pause();
      let steps = 6;
      const step = setInterval(() => {
        socket.write('a'.repeat(10_000));
        if (--steps > 0) return;
        clearInterval(step);
        socket.resume();
      }, 20);
    });
    expect(heard).toMatch(/^HTTP\/1.1 413 /);
  });

  it('is refused by its announced size, before it comes', async () => {
    const port = await start();
    const heard = await speak(port, `${head}Content-Length: 99999999\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1.1 413 /);
  });

  it('without an end is cut off', async () => {
    const port = await start();
    let sent = 0;
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`;
    const heard = await speak(port, `${head}Transfer-Encoding: chunked\r\n\r\n`, (socket) => {
      const pump = setInterval(() => {
        if (socket.writable) sent += chunk.length;
        socket.write(chunk);
      }, 1);
      socket.on('close', () => clearInterval(pump));
    });
    expect(heard).toMatch(/^HTTP\/1.1 413 [^]*Connection: close/);
    expect(sent).toBeLessThan(4 * 1024 * 1024);
  });

  it('that only trickles in is given up', async () => {
    const port = await start(100);
    const started = performance.now();
    const heard = await speak(port, `${head}Content-Length: 900\r\n\r\n`, (socket) => {
      const drip = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(heard).toMatch(/^HTTP\/1.1 408 /);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it.each(['gzip', 'br', 'identity, gzip', 'GZIP'])('in %s is not unpacked', async (encoding) => {
    const port = await start();
    expect((await post(port, '{}', { 'content-encoding': encoding })).status).toBe(415);
  });

  it.each([
    ['a lone byte', Buffer.from([0x22, 0xff, 0x22])],
    ['an encoded surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['an overlong form', Buffer.from([0xc0, 0xaf])],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le')],
  ])('that is not UTF-8 (%s) is refused', async (_name, bytes) => {
    const port = await start();
    const { status, body } = await post(port, bytes);
    expect([status, codeOf(body)]).toEqual([400, 'BAD_REQUEST']);
  });

  it('that breaks off harms nobody else', async () => {
    const port = await start();
    await speak(port, `${head}Content-Length: 900\r\n\r\n{"`, (socket) =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    );
    expect((await post(port, '{}')).status).toBe(200);
  });

  it('refused early leaves no bytes to be read as the next request', async () => {
    const port = await start();
    const smuggled = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
    const heard = await speak(
      port,
      `POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: ${smuggled.length + 5}\r\n\r\n${smuggled}`,
    );
    expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415']);
  });
});
