import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mail } from '../../../kernel/outbox/mail.js';
import { answer, fromHere, mailFrame, page } from './dev-page.js';
import { escapeHtml as safe } from '../layout/layout-html.js';
import { renderMail } from '../layout/layout.js';
import type { MailSite } from '../layout/layout.js';

export interface Shown {
  /** Fit for an address. */
  readonly name: string;
  readonly mail: Mail;
}

/**
 * Mails as examples in the browser: `<path>` lists them, `<path>/<locale>/<name>` shows one as wide as
 * a window and as narrow as a telephone. Only for who develops on this machine.
 */
export function devGalleryPage(path: string, site: MailSite, shown: readonly Shown[]) {
  const back = `<p><a href="${path}">All alerts</a></p>`;
  const addressOf = ({ name, mail }: Shown) => `${path}/${mail.locale.toLowerCase()}/${name}`;
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (!fromHere(request)) return void answer(response, 403, page('Only on this machine', ''));
    const wanted = (request.url ?? '').split('?')[0];
    if (wanted === path) return void answer(response, 200, page('Security alerts', list()));
    const found = shown.find((each) => addressOf(each) === wanted);
    if (!found) return void answer(response, 404, page('No such mail', back));
    answer(response, 200, page(found.mail.subject, one(found)));
  };

  function list(): string {
    const rows = shown.map(
      (each) =>
        `<tr><td>${each.mail.locale}</td><td>${safe(each.name)}</td>
<td><a href="${addressOf(each)}">${safe(each.mail.subject)}</a></td></tr>`,
    );
    return `<table><thead><tr><th>Language</th><th>Alert</th><th>Subject</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`;
  }

  function one({ mail }: Shown): string {
    const { html, text } = renderMail(mail, site);
    return `${back}${mailFrame(html)}<h2>On a telephone</h2>${mailFrame(html, '390px')}<h2>Text</h2><pre>${safe(text)}</pre>`;
  }
}
