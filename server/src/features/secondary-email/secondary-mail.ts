import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';
import type { MailedAccount } from '../site/link-mail.js';

/** To the address itself, in the language of the account that wants it. */
export function secondaryMail(mail: {
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
    kind: 'secondary-email',
    address: mail.address,
    name: account.username,
    locale,
    subject: say['mail.secondary.subject']({ siteName }),
    heading: say['mail.secondary.heading'](),
    what: say['mail.secondary.what']({ siteName }),
    facts: [
      { label: say['mail.links.username'](), value: account.username },
      { label: say['mail.links.until'](), value: until },
    ],
    link: { label: say['mail.secondary.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['mail.secondary.unexpected']()],
  });
}
