import { afterEach, describe, expect, it } from 'vitest';
import { answer } from '../answer.js';
import { createClientAddress } from './client-address.js';
import { ask, cidrs, speak, startServer, stopServers } from '../server.test-support.js';

afterEach(stopServers);

/** What the server takes for the client's address, asked over a real connection. */
async function addressFor(trusted: string[], ...forwarded: string[]): Promise<string> {
  const { port } = await startServer({
    clientAddress: createClientAddress(cidrs(...trusted)),
    routes: [
      {
        name: 'test',
        path: '/',
        methods: ['GET'],
        handle: async (request, response) => answer(response, 200, String(request.address)),
      },
    ],
  });
  const headers = forwarded.map((value) => `X-Forwarded-For: ${value}\r\n`).join('');
  const heard = await speak(
    port,
    `GET / HTTP/1.1\r\nHost: a\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n${headers}Connection: close\r\n\r\n`,
  );
  return heard.split('\r\n\r\n')[1] ?? '';
}

const local = '127.0.0.0/8';

describe('the address of a client', () => {
  it('is the peer when no proxy is trusted, whatever headers say', async () => {
    expect(await addressFor([], '6.6.6.6')).toBe('127.0.0.1');
    expect(await addressFor(['10.0.0.0/8'], '6.6.6.6')).toBe('127.0.0.1');
  });

  it('is the peer when a trusted one forwards for nobody', async () => {
    expect(await addressFor([local])).toBe('127.0.0.1');
  });

  it('is the right-most that is not a proxy of ours', async () => {
    expect(await addressFor([local], '6.6.6.6, 192.0.2.7')).toBe('192.0.2.7');
    expect(await addressFor([local, '10.0.0.0/8'], '6.6.6.6, 192.0.2.7, 10.1.1.1')).toBe(
      '192.0.2.7',
    );
    expect(await addressFor([local], '2001:DB8::0:1')).toBe('2001:db8::1');
  });

  it('is read over several headers in their order', async () => {
    expect(await addressFor([local], '6.6.6.6', '192.0.2.7')).toBe('192.0.2.7');
  });

  it('is the first proxy when all of them are ours', async () => {
    expect(await addressFor([local, '10.0.0.0/8'], '10.0.0.1, 10.0.0.2')).toBe('10.0.0.1');
  });

  it('counts as IPv4 when it is mapped, in the list and in the header', async () => {
    expect(await addressFor([local], '::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(await addressFor([local, '10.0.0.0/8'], '192.0.2.7, ::ffff:10.0.0.1')).toBe('192.0.2.7');
  });

  it.each([
    '',
    ' ',
    'unknown',
    '192.0.2.7,',
    '6.6.6.6, nonsense',
    '192.0.2.7:443',
    '010.0.0.1',
    '_hidden',
  ])('is unknown when the proxy wrote %j, never the one further left', async (forwarded) => {
    expect(await addressFor([local], forwarded)).toBe('null');
  });

  it('is the IPv4 address also on a socket that listens for both families', async () => {
    const { port } = await startServer({
      host: '::',
      routes: [
        {
          name: 'test',
          path: '/',
          methods: ['GET'],
          handle: async (request, response) => answer(response, 200, String(request.address)),
        },
      ],
    });
    expect((await ask(port, '/')).body).toBe('127.0.0.1');
  });
});
