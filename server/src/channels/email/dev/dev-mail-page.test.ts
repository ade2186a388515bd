import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devMailPage } from './dev-mail-page.js';
import { composeMessage } from '../message.js';
import { openTransport, outboxFolder } from '../transport/open-transport.js';

let dataDir: string;
let server: Server;
let port: number;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-dev-mail-'));
  const page = devMailPage(outboxFolder(dataDir));
  server = createServer((incoming, response) => {
    void page(incoming, response).then((mine) => {
      if (!mine) response.writeHead(418).end('somebody else');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await rm(dataDir, { recursive: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ port, path, method, headers, host: '127.0.0.1' }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    call.on('error', reject).end();
  });
}

const hostile = '<script>alert(1)</script>"';
const file = '20261201T130500000Z-mail-1.eml';

describe('the outbox in the browser', () => {
  it('says that nothing was sent yet', async () => {
    expect((await get('/dev/mail')).body).toContain('No mail yet');
  });

  it('lists the mails and shows one, with everything as text', async () => {
    const settings = {
      siteName: hostile,
      publicUrl: 'http://localhost:3000',
      senders: { notifications: { address: 'n@localhost' }, security: { address: 's@localhost' } },
    };
    const mail = {
      id: 'mail-1',
      kind: 'test',
      to: { address: 'ada@example.org', name: hostile },
      from: 'notifications' as const,
      locale: 'EN' as const,
      subject: hostile,
      blocks: [{ kind: 'paragraph' as const, text: hostile }],
    };
    const date = new Date('2026-12-01T13:05:00Z');
    await openTransport(null, dataDir).send(composeMessage(mail, date, settings));

    const list = await get('/dev/mail');
    expect(list.body).toContain(`href="/dev/mail/${file}"`);
    const one = await get(`/dev/mail/${file}`);
    expect(one.status).toBe(200);
    expect(one.body).toContain('ada@example.org');
    for (const { body, headers } of [list, one]) {
      expect(body).not.toContain('<script');
      expect(body).toContain('&lt;script&gt;');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cache-control']).toBe('no-store');
    }
    expect(one.body).toMatch(/<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/);
  });

  it('still lists the others beside a file that is no mail', async () => {
    await mkdir(outboxFolder(dataDir), { recursive: true });
    await writeFile(
      join(outboxFolder(dataDir), '20261201T130500001Z-broken.eml'),
      Buffer.alloc(64, 0xff),
    );
    await writeFile(join(outboxFolder(dataDir), 'notes.txt'), 'mine');
    const { status, body } = await get('/dev/mail');
    expect(status).toBe(200);
    expect(body).toContain(file);
    expect(body).not.toContain('notes.txt');
  });

  it.each(['..%2f..%2fetc%2fpasswd', '../../package.json', 'x.eml', '', `${file}/..`, '%00'])(
    'opens nothing but mails: %j',
    async (name) => {
      const { body, status } = await get(`/dev/mail/${name}`);
      expect(body).toContain(name === '' ? 'Outbox' : 'No such mail');
      expect(status).toBe(name === '' ? 200 : 404);
    },
  );

  it('leaves other addresses to others', async () => {
    for (const path of ['/', '/dev/mailing', '/dev']) expect((await get(path)).status).toBe(418);
  });

  it('answers nobody whom a proxy speaks for, and no page under a foreign name', async () => {
    const from = (headers: Record<string, string>) =>
      get('/dev/mail', headers).then((a) => a.status);
    expect(await from({ 'X-Forwarded-For': '203.0.113.9' })).toBe(403);
    expect(await from({ Forwarded: 'for=203.0.113.9' })).toBe(403);
    expect(await from({ 'X-Forwarded-Host': 'account.example' })).toBe(403);
    expect(await from({ 'X-Real-IP': '203.0.113.9' })).toBe(403);
    expect(await from({ 'CF-Connecting-IP': '203.0.113.9' })).toBe(403);
    expect(await from({ Via: '1.1 proxy' })).toBe(403);
    expect(await from({ Host: 'evil.example' })).toBe(403);
    expect(await from({ Host: '127.0.0.1.evil.example' })).toBe(403);
    expect(await from({ Host: 'localhost:3000' })).toBe(200);
    expect(await from({ Host: '[::1]:3000' })).toBe(200);
  });

  it('changes nothing', async () => {
    expect((await get('/dev/mail', {}, 'POST')).status).toBe(405);
  });
});
