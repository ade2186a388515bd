import { newsMail } from './news-mail.js';
import type { Answer, Channel, OutboundMessage, Preview } from '../../features/delivery/channel.js';
import { mostBody, NotTaken } from '../../features/delivery/channel.js';
import type { MailDestination } from '../../kernel/outbox/mail.js';
import { composeMessage } from './message.js';
import type { EmailSettings } from './message.js';
import { MailRefused } from './transport/transport.js';
import type { MailTransport } from './transport/transport.js';

/** As many as the pool has connections to the mail server. */
export const mailLane = { name: 'EMAIL', concurrency: 3 };

/** Messages as mails, and mails that rooms have written themselves. */
export class EmailChannel implements Channel<MailDestination> {
  readonly name = 'EMAIL';
  readonly concurrency = mailLane.concurrency;

  constructor(
    private readonly settings: EmailSettings,
    private readonly transport: MailTransport,
  ) {}

  async send({ to, mail }: MailDestination, message: OutboundMessage): Promise<Answer> {
    const written = mail?.mail ?? newsMail(to, message, this.settings.publicUrl);
    const date = mail?.queuedAt ?? message.createdAt;
    try {
      const composed = composeMessage({ ...written, id: message.id }, date, this.settings);
      const { response } = await this.transport.send(composed);
      return answerOf(response);
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      throw new NotTaken(error.message, {
        ...(error.permanent ? { permanent: true as const } : {}),
        answer: answerOf(error.message),
      });
    }
  }

  preview(message: OutboundMessage): Preview {
    const mail = newsMail(somebody, message, this.settings.publicUrl);
    const { options } = composeMessage(mail, message.createdAt, this.settings);
    return { title: options.subject!, text: options.text as string, html: options.html as string };
  }
}

const somebody = { address: 'somebody@example.org', name: '' };

/** A server's answers begin with a code (RFC 5321 section 4.2); what failed before one has none. */
function answerOf(response: string): Answer {
  const code = /^[2-5]\d\d(?=[ -])/.exec(response)?.[0];
  return {
    statusCode: code === undefined ? null : Number(code),
    request: null,
    response: response.slice(0, mostBody) || null,
  };
}
