import type { Sealer } from '../../kernel/crypto/seal.js';
import type { Events } from '../../kernel/outbox/events.js';
import type { Log } from '../../kernel/log/log.js';
import { mailRefused, openMail, sendMail } from '../../kernel/outbox/mail.js';
import type { QueuedMail } from '../../kernel/outbox/mail.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import { mailLane } from './email-channel.js';
import { composeMessage } from './message.js';
import type { EmailSettings } from './message.js';
import { MailRefused } from './transport/transport.js';
import type { MailTransport } from './transport/transport.js';

export interface MailJobParts {
  readonly settings: EmailSettings;
  readonly transport: MailTransport;
  readonly sealer: Sealer;
  readonly events: Events;
  readonly log: Log;
}

/**
 * Sends one queued mail, at least once. A final no is told once, by the log and `mail.refused`;
 * anything else is thrown, so that the queue tries again.
 */
export function mailJob({
  settings,
  transport,
  sealer,
  events,
  log,
}: MailJobParts): Job<QueuedMail> {
  return {
    name: sendMail.name,
    lane: mailLane,
    async run(queued) {
      const { id, kind } = queued;
      try {
        const { mail, queuedAt } = openMail(queued, sealer);
        const { response } = await transport.send(composeMessage(mail, queuedAt, settings));
        log.info({ part: 'mail', mail: id, kind, response }, 'mail sent');
      } catch (error) {
        if (!(error instanceof MailRefused && error.permanent)) throw error;
        const response = error.message;
        log.warn({ part: 'mail', mail: id, kind, response }, 'mail refused for good');
        await events.emit(mailRefused, { id, kind, response });
      }
    },
  };
}
