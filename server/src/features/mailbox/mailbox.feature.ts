import type { Feature } from '../../kernel/feature.js';
import { Limits } from '../limit/limits.js';
import { Warnings } from '../limit/warnings.js';
import { Notices } from '../notification/notices.js';
import { Domains } from './domains.js';
import { EmailAccounts } from './email-accounts.js';
import { MailboxLists } from './mailbox-lists.js';
import { MailServerResolver, MailboxResolver } from './mailbox.resolver.js';
import { personalMailbox } from './personal-mailbox.js';

export const mailbox: Feature = {
  name: 'mailbox',
  resolvers: [MailboxResolver, MailServerResolver],
  setUp(kernel, get) {
    const emailAccounts = new EmailAccounts(kernel, get(Limits), get(Warnings));
    const domains = new Domains(kernel, get(Limits), get(Notices));
    const lists = new MailboxLists(kernel);
    return {
      instances: [
        emailAccounts,
        domains,
        lists,
        new MailboxResolver(lists),
        new MailServerResolver(emailAccounts, domains),
      ],
      personalData: [personalMailbox(kernel.database)],
    };
  },
};
