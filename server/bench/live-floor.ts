/** What telling many sockets costs at least: one prepared string through `ws`, in one process. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answers } from './answers.js';

async function open(): Promise<number> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      for (const socket of sockets.clients) socket.send(text);
      response.end();
    });
  });
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (client) => {
      sockets.emit('connection', client, request);
      client.on('error', () => client.terminate());
    }),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

answers({
  open,
  cpu: () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
  collect() {
    globalThis.gc?.({ execution: 'sync', flavor: 'last-resort' });
    return process.memoryUsage.rss();
  },
});
