import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Fact, Mail } from '../../kernel/outbox/mail.js';
import { linkMail, mailTexts } from '../site/link-mail.js';
import type { MailedAccount } from '../site/link-mail.js';

interface Confirmation {
  readonly siteName: string;
  readonly account: MailedAccount;
  readonly link: string;
  readonly expiresAt: Date;
}

/** To the address the account is to have, in its owner's language. */
export function emailChangeMail(mail: Confirmation & { readonly address: string }): Mail {
  const { siteName, account } = mail;
  const say = mailTexts[account.locale];
  return linkMail({
    kind: 'email-change',
    address: mail.address,
    name: account.username,
    locale: account.locale,
    subject: say['mail.emailChange.subject']({ siteName }),
    heading: say['mail.emailChange.heading'](),
    what: say['mail.emailChange.what']({ siteName }),
    facts: factsOf(mail),
    link: { label: say['mail.emailChange.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['mail.emailChange.unexpected']()],
  });
}

export function firstVerificationMail(mail: Confirmation): Mail {
  const { siteName, account } = mail;
  const say = mailTexts[account.locale];
  return linkMail({
    kind: 'first-verification',
    address: account.email,
    name: account.username,
    locale: account.locale,
    subject: say['mail.firstVerification.subject']({ siteName }),
    heading: say['mail.firstVerification.heading'](),
    what: say['mail.firstVerification.what']({ siteName }),
    facts: factsOf(mail),
    link: { label: say['mail.firstVerification.button'](), url: mail.link },
    notes: [say['mail.links.once'](), say['mail.firstVerification.unexpected']()],
  });
}

/** To the owner of an address that somebody wanted for another account. */
export function changeInUseMail(mail: {
  siteName: string;
  owner: MailedAccount;
  link: string;
}): Mail {
  const { siteName, owner } = mail;
  const say = mailTexts[owner.locale];
  return linkMail({
    kind: 'change-in-use',
    address: owner.email,
    name: owner.username,
    locale: owner.locale,
    subject: say['mail.changeInUse.subject']({ siteName }),
    heading: say['mail.changeInUse.heading'](),
    what: say['mail.changeInUse.what']({ siteName }),
    facts: [{ label: say['mail.links.username'](), value: owner.username }],
    link: { label: say['mail.changeInUse.button'](), url: mail.link },
    notes: [say['mail.changeInUse.was'](), say['mail.changeInUse.unexpected']()],
  });
}

function factsOf({ account, expiresAt }: Confirmation): Fact[] {
  const say = mailTexts[account.locale];
  const until = writeInstant(expiresAt, account.locale, account.timeZone);
  return [
    { label: say['mail.links.username'](), value: account.username },
    { label: say['mail.links.until'](), value: until },
  ];
}
