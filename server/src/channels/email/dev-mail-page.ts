import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { escapeHtml as safe } from './layout-html.js';
import { emlName } from './outbox-folder.js';

const path = '/dev/mail';
const shown = 200;

/**
 * The outbox in the browser: `/dev/mail` lists it, `/dev/mail/<file>` shows one mail. For
 * development only, since mails hold one-time links: the caller mounts it nowhere else, and it
 * answers nobody but this machine. Resolves to false when the request is for somebody else.
 */
export function devMailPage(outboxDir: string) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const wanted = (request.url ?? '').split('?')[0] ?? '';
    if (wanted !== path && !wanted.startsWith(`${path}/`)) return false;
    if (!fromHere(request)) return answer(response, 403, page('Only on this machine', ''));
    if (request.method !== 'GET') return answer(response, 405, page('Only for reading', ''));
    const file = wanted.slice(path.length + 1);
    const content = file === '' ? await list(outboxDir) : await one(outboxDir, file);
    return content === null
      ? answer(response, 404, page('No such mail', back))
      : answer(response, 200, content);
  };
}

/**
 * A proxy on this machine has a loopback address, too, but tells for whom it asks; and a foreign
 * page that had its name resolved to this machine (DNS rebinding) still sends that name.
 */
function fromHere(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const proxied = Object.keys(request.headers).some((name) =>
    /^(x-)?forwarded|^via$|-ip$/.test(name),
  );
  return (
    /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address) &&
    /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host) &&
    !proxied
  );
}

async function list(outboxDir: string): Promise<string> {
  const names = (await readdir(outboxDir).catch(whenMissing([]))).filter((name) =>
    emlName.test(name),
  );
  const newest = names.sort().reverse().slice(0, shown);
  if (newest.length === 0) {
    return page('Outbox', '<p>No mail yet. What Gatehouse would send appears here.</p>');
  }
  const mails = await Promise.all(newest.map((name) => read(outboxDir, name)));
  const rows = newest.map((name, index) => {
    const mail = mails[index];
    return `<tr><td><time>${safe(written(mail?.date))}</time></td><td>${safe(recipients(mail))}</td>
<td><a href="${path}/${safe(name)}">${safe(mail?.subject ?? name)}</a></td></tr>`;
  });
  return page(
    'Outbox',
    `<table><thead><tr><th>When</th><th>To</th><th>Subject</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
  );
}

const back = `<p><a href="${path}">All mails</a></p>`;

async function one(outboxDir: string, name: string): Promise<string | null> {
  const mail = emlName.test(name) ? await read(outboxDir, name) : null;
  if (!mail) return null;
  const headers = mail.headers
    .map(({ originalKey, value }) => `${originalKey}: ${value}`)
    .join('\n');
  // Without scripts, forms and an origin of its own; only a followed link may open elsewhere.
  const frame = `<iframe title="HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${safe(`<base target="_blank">${mail.html ?? ''}`)}"></iframe>`;
  return page(
    mail.subject ?? name,
    `${back}${frame}<h2>Text</h2><pre>${safe(mail.text ?? '')}</pre><h2>Headers</h2><pre>${safe(headers)}</pre>`,
  );
}

async function read(outboxDir: string, name: string): Promise<Email | null> {
  const content = await readFile(join(outboxDir, name)).catch(whenMissing(null));
  return content && PostalMime.parse(content);
}

function whenMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

/** An ISO 8601 instant, to the second and with air in it. */
function written(date = ''): string {
  return date.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

function recipients(mail: Email | null | undefined): string {
  return (mail?.to ?? []).map(({ name, address }) => `${name} <${address ?? ''}>`).join(', ');
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${safe(title)}</title><style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem 1rem .5rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}
time{white-space:nowrap}
h1{font-size:1.5rem}h2{font-size:1.1rem}
iframe{width:100%;height:44rem;border:1px solid #8884;border-radius:8px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:1rem;border:1px solid #8884;border-radius:8px}
</style></head><body><main><h1>${safe(title)}</h1>${body}</main></body></html>`;
}

function answer(response: ServerResponse, status: number, content: string): true {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    // The frame's document inherits this, so nothing is ever loaded for a mail.
    'Content-Security-Policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  response.end(content);
  return true;
}
