import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Mail, MailLocale } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';

interface Recipient {
  readonly siteName: string;
  readonly username: string;
  readonly address: string;
  readonly locale: MailLocale;
  readonly link: string;
}

/** To whoever has the mailbox: the username tells whose registration it is. */
export function verifyMail(
  mail: Recipient & { readonly expiresAt: Date; readonly timeZone: string },
): Mail {
  const { siteName, username, locale } = mail;
  const say = mailTexts[locale];
  return linkMail({
    kind: 'verify',
    address: mail.address,
    name: username,
    locale,
    subject: say['mail.verify.subject']({ siteName }),
    heading: say['mail.verify.heading'](),
    what: say['mail.verify.what']({ siteName }),
    facts: [
      { label: say['mail.links.username'](), value: username },
      {
        label: say['mail.links.until'](),
        value: writeInstant(mail.expiresAt, locale, mail.timeZone),
      },
    ],
    link: { label: say['mail.verify.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['mail.verify.unexpected']()],
  });
}

/** To the owner of an account whose address somebody typed; it changes nothing and links to a public page. */
export function addressInUseMail(mail: Recipient): Mail {
  const { siteName, username, locale } = mail;
  const say = mailTexts[locale];
  return linkMail({
    kind: 'address-in-use',
    address: mail.address,
    name: username,
    locale,
    subject: say['mail.addressInUse.subject']({ siteName }),
    heading: say['mail.addressInUse.heading'](),
    what: say['mail.addressInUse.what']({ siteName }),
    facts: [{ label: say['mail.links.username'](), value: username }],
    link: { label: say['mail.addressInUse.button'](), url: mail.link },
    notes: [say['mail.addressInUse.was'](), say['mail.addressInUse.unexpected']()],
  });
}
