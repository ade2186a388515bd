import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';
import type { MailedAccount } from '../site/link-mail.js';

/** The link to everything that is stored about an account. */
export function exportMail(
  account: MailedAccount,
  mail: { readonly siteName: string; readonly link: string; readonly expiresAt: Date },
): Mail {
  const { siteName, link, expiresAt } = mail;
  const { locale, timeZone, username } = account;
  const say = mailTexts[locale];
  return linkMail({
    kind: 'data-export',
    address: account.email,
    name: username,
    locale,
    subject: say['mail.dataExport.subject']({ siteName }),
    heading: say['mail.dataExport.heading'](),
    what: say['mail.dataExport.what']({ siteName }),
    facts: [{ label: say['mail.links.until'](), value: writeInstant(expiresAt, locale, timeZone) }],
    link: { label: say['mail.dataExport.button'](), url: link },
    notes: [say['mail.links.once'](), say['mail.dataExport.unexpected']()],
  });
}
