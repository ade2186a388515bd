/** What signing in costs at least with node:http and pg: a look-up, the argon2 check, a session's row. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verify } from '@node-rs/argon2';
import pg from 'pg';
import { answers } from './answers.js';

interface Typed {
  readonly variables: { readonly input: { readonly login: string; readonly password: string } };
}

async function open({ databaseUrl }: { databaseUrl: string }): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 16 });

  async function answer(text: string): Promise<string> {
    const { login, password } = (JSON.parse(text) as Typed).variables.input;
    const { rows } = await pool.query<{ id: string; hash: string }>({
      name: 'find',
      text: `select a.id, p.hash from account a join password p on p.account_id = a.id
             where a.username = $1`,
      values: [login],
    });
    const [found] = rows;
    if (!found || !(await verify(found.hash, password))) throw new Error('Wrong');
    const hash = createHash('sha256').update(randomBytes(32)).digest('base64url');
    await pool.query({
      name: 'open',
      text: `insert into session (id, account_id, secret_hash, method, remember, created_at, last_active_at)
             values (gen_random_uuid(), $1, $2, 'PASSWORD', true, now(), now())`,
      values: [found.id, hash],
    });
    return JSON.stringify({ data: { signIn: { account: { id: found.id, username: login } } } });
  }

  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    request.on('end', () => {
      answer(text).then(
        (body) => response.end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

answers({ open });
