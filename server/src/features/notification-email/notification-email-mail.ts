import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';
import type { MailedAccount } from '../site/link-mail.js';

/** To the address itself, in the language of the account that wants its notifications there. */
export function notificationEmailMail(mail: {
  readonly siteName: string;
  readonly account: MailedAccount;
  readonly address: string;
  readonly link: string;
  readonly expiresAt: Date;
}): Mail {
  const { siteName, account } = mail;
  const { locale } = account;
  const say = mailTexts[locale];
  const until = writeInstant(mail.expiresAt, locale, account.timeZone);
  return linkMail({
    kind: 'notification-email',
    address: mail.address,
    name: account.username,
    locale,
    subject: say['delivery.address.subject']({ siteName }),
    heading: say['delivery.address.heading'](),
    what: say['delivery.address.what']({ siteName }),
    facts: [
      { label: say['mail.links.username'](), value: account.username },
      { label: say['mail.links.until'](), value: until },
    ],
    link: { label: say['delivery.address.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['delivery.address.unexpected']()],
  });
}
