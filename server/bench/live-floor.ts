/**
 * What telling many sockets costs at least: one prepared string through `ws`, in one process. Under
 * `/kept` a narrow row for each person is written and committed before.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import { answers } from './answers.js';

async function open({ databaseUrl }: { databaseUrl: string }): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  await client.connect();
  // Not the inbox itself: what is written there, the server would tell.
  await client.query('create table bench_kept (like notification including all)');
  const keep = () =>
    client.query({
      name: 'keep',
      text: `insert into bench_kept (account_id, message_id, arrived)
             select account.id, said.id, now() from account, (select gen_random_uuid() as id) said`,
    });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      void (request.url === '/kept' ? keep() : Promise.resolve()).then(() => {
        for (const socket of sockets.clients) socket.send(text);
        response.end();
      });
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
