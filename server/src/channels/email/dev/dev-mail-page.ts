import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Email } from 'postal-mime';
import { answer, fromHere, mailFrame, page } from './dev-page.js';
import { escapeHtml as safe } from '../layout/layout-html.js';
import { emlName } from '../transport/outbox-folder.js';

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
  const frame = mailFrame(mail.html ?? '');
  return page(
    mail.subject ?? name,
    `${back}${frame}<h2>Text</h2><pre>${safe(mail.text ?? '')}</pre><h2>Headers</h2><pre>${safe(headers)}</pre>`,
  );
}

async function read(outboxDir: string, name: string): Promise<Email | null> {
  const content = await readFile(join(outboxDir, name)).catch(whenMissing(null));
  if (!content) return null;
  const { default: postalMime } = await import('postal-mime');
  return postalMime.parse(content);
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
