import type { SendMailOptions } from 'nodemailer';
import type { Mail, MailAddress } from '../../kernel/outbox/mail.js';
import { singleLine } from './clean-text.js';
import { renderMail } from './layout/layout.js';
import type { MailSite } from './layout/layout.js';
import { MailRefused } from './transport/transport.js';
import type { Message } from './transport/transport.js';

export interface EmailSettings extends MailSite {
  readonly senders: Readonly<Record<Mail['from'], MailAddress>>;
}

// One plain addr-spec without quoting or comments (RFC 5322 section 3.4.1): whatever a parser
// could read as two recipients is not an address to us.
const addressShape =
  /^[^\s\p{Cc}\p{Zl}\p{Zp}"(),:;<>@[\\\]]{1,64}@[^\s\p{Cc}\p{Zl}\p{Zp}"(),:;<>@\\]{1,253}$/u;
const headerName = /^X-[A-Za-z0-9-]{1,60}$/;

/** @throws MailRefused, permanent, when the recipient is not one plain address */
export function composeMessage(mail: Mail, date: Date, settings: EmailSettings): Message {
  const sender = settings.senders[mail.from];
  const to = mail.to.address;
  if (!addressShape.test(to)) throw new MailRefused('The recipient is not an address', true);
  const options: SendMailOptions = {
    from: { name: singleLine(sender.name ?? settings.siteName, 100), address: sender.address },
    to: [{ name: singleLine(mail.to.name ?? '', 100), address: to }],
    // Said apart from the headers: whatever stands in those, this is who gets it.
    envelope: { from: sender.address, to: [to] },
    subject: singleLine(mail.subject, 200),
    ...renderMail(mail, settings),
    date,
    messageId: `<${mail.id}@${new URL(settings.publicUrl).hostname}>`,
    headers: { ...further(mail), ...automatic(mail) },
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return { id: mail.id, date, options };
}

function further(mail: Mail): Record<string, string> {
  const entries = Object.entries(mail.headers ?? {}).filter(([name]) => headerName.test(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, singleLine(value, 500)]));
}

/** No holiday reply may come back: RFC 3834 section 5, and what Exchange listens to instead. */
function automatic(mail: Mail): Record<string, string> {
  return {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'Content-Language': mail.locale.toLowerCase(),
  };
}
