import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';
import type { MailedAccount } from '../site/link-mail.js';

/** To the primary or the verified second address, whichever was typed. */
export function resetMail(mail: {
  readonly siteName: string;
  readonly account: MailedAccount;
  readonly address: string;
  readonly link: string;
  readonly expiresAt: Date;
  /** Null: it could not be told. */
  readonly askedFrom: string | null;
}): Mail {
  const { siteName, account, askedFrom } = mail;
  const { locale } = account;
  const say = mailTexts[locale];
  const until = writeInstant(mail.expiresAt, locale, account.timeZone);
  const from = askedFrom === null ? [] : [{ label: say['mail.links.from'](), value: askedFrom }];
  return linkMail({
    kind: 'reset',
    address: mail.address,
    name: account.username,
    locale,
    subject: say['mail.reset.subject']({ siteName }),
    heading: say['mail.reset.heading'](),
    what: say['mail.reset.what']({ siteName }),
    facts: [
      { label: say['mail.links.username'](), value: account.username },
      { label: say['mail.links.until'](), value: until },
      ...from,
    ],
    link: { label: say['mail.reset.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['mail.reset.unexpected']()],
  });
}
