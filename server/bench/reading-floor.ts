/** What reading an inbox costs at least with node:http and pg: three plain statements and JSON. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { answers } from './answers.js';

async function open({ databaseUrl }: { databaseUrl: string }): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 16 });
  const one = async (sql: string, values: unknown[]) =>
    (await pool.query<Record<string, unknown>>(sql, values)).rows;

  async function answer(cookie: string): Promise<string> {
    const secret = /(?:^|; )gatehouse=([^;]+)/.exec(cookie)?.[1] ?? '';
    const hash = createHash('sha256').update(secret).digest('base64url');
    const [account] = await one(
      `select a.id, a.username, a.locale from session s join account a on a.id = s.account_id
       where s.secret_hash = $1`,
      [hash],
    );
    const nodes = await one(
      `select m.id, m.type, m.severity, m.texts -> 'EN' ->> 'title' as title,
         m.texts -> 'EN' ->> 'body' as body, m.url, m.data, m.created_at as "createdAt",
         n.read_at as "readAt", n.dismissed_at as "dismissedAt", n.snoozed_until as "snoozedUntil"
       from notification n join message m on m.id = n.message_id
       where n.account_id = $1 and n.dismissed_at is null and n.snoozed_until is null
       order by n.arrived desc, n.message_id desc limit 20`,
      [account?.['id']],
    );
    const [count] = await one(
      `select count(*)::int as unread from notification where account_id = $1
         and read_at is null and dismissed_at is null and snoozed_until is null`,
      [account?.['id']],
    );
    const inbox = { nodes, unreadCount: count?.['unread'] };
    return JSON.stringify({ data: { me: { ...account, inbox } } });
  }

  const server = createServer((request, response) => {
    request.resume();
    answer(request.headers.cookie ?? '').then(
      (body) => {
        response.setHeader('Content-Type', 'application/json; charset=utf-8');
        response.setHeader('Content-Length', Buffer.byteLength(body));
        response.end(body);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

answers({
  open,
  cpu: () => (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
});
