import { join } from 'node:path';
import { OutboxFolder } from './outbox-folder.js';
import { SmtpTransport } from './smtp-transport.js';
import type { MailTransport } from './transport.js';

/** Where messages are kept when no mail server is set. */
export function outboxFolder(dataDir: string): string {
  return join(dataDir, 'outbox');
}

export function openTransport(smtpUrl: string | null, dataDir: string): MailTransport {
  return smtpUrl ? new SmtpTransport(smtpUrl) : new OutboxFolder(outboxFolder(dataDir));
}
