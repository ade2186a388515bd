import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { sendText } from './socket-wire.js';
import type { Wire } from './socket-wire.js';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let ours: Wire;
let theirs: WebSocket;

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const upgraded = new Promise<Wire>((resolve) =>
    server.on('upgrade', (request, stream: Duplex, head) =>
      sockets.handleUpgrade(request, stream, head, (wire) => resolve({ wire, stream })),
    ),
  );
  theirs = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  ours = await upgraded;
});
afterAll(() => {
  theirs.terminate();
  server.close();
});

const heard = () =>
  new Promise<string>((resolve) =>
    theirs.once('message', (data, isBinary) =>
      resolve(`${isBinary} ${(data as Buffer).toString()}`),
    ),
  );

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
  'a text of %i bytes is heard as it is, between frames of ws itself',
  async (length) => {
    const text = 'x'.repeat(length);
    const first = heard();
    void sendText(ours, text);
    expect(await first).toBe(`false ${text}`);
    const second = heard();
    ours.wire.send('by ws');
    expect(await second).toBe('false by ws');
  },
);

test('its length is in bytes, not in characters', async () => {
  const text = '“è”🙂'.repeat(40);
  const first = heard();
  await sendText(ours, text);
  expect(await first).toBe(`false ${text}`);
});

test('nothing is written, and nobody waits, once it is closing', async () => {
  const closed = new Promise<number>((resolve) => theirs.once('close', resolve));
  ours.wire.close(4401);
  await sendText(ours, 'late');
  expect(await closed).toBe(4401);
  await sendText(ours, 'later');
});
