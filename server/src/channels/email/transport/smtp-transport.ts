import type { NodemailerError, SMTPPoolOptions, Transporter } from 'nodemailer';
import { singleLine } from '../clean-text.js';
import { MailRefused } from './transport.js';
import type { MailTransport, Message } from './transport.js';

/** Milliseconds. RFC 5321 section 4.5.3.2 would wait longer; the queue tries again instead. */
export interface SmtpTimeLimits {
  readonly connection: number;
  readonly greeting: number;
  /** Without a byte from the server. */
  readonly silence: number;
  /** For one message in all, also from a server that answers in drops. */
  readonly message: number;
}

const timeLimits: SmtpTimeLimits = {
  connection: 30_000,
  greeting: 30_000,
  silence: 60_000,
  message: 300_000,
};

/** A pool of connections to the operator's server; STARTTLS wherever it is offered. */
export class SmtpTransport implements MailTransport {
  readonly #options: SMTPPoolOptions & { pool: true };
  #pool: Promise<Transporter> | null = null;

  /** @param url as `SMTP_URL`; nodemailer's options may follow it as a query (`?requireTLS=true`) */
  constructor(
    url: string,
    private readonly limits = timeLimits,
  ) {
    this.#options = {
      url,
      pool: true,
      maxConnections: 3,
      // Only where not a byte was sent, as on a connection that the server closed while it was
      // idle; whatever else fails, the queue repeats.
      maxRequeues: 1,
      connectionTimeout: limits.connection,
      greetingTimeout: limits.greeting,
      dnsTimeout: limits.connection,
      socketTimeout: limits.silence,
      requireTLS: mustEncrypt(new URL(url)),
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  /** The library is large, and is read at the first mail. */
  #open(): Promise<Transporter> {
    return (this.#pool ??= import('nodemailer').then(({ createTransport }) =>
      createTransport(this.#options),
    ));
  }

  async send(message: Message): Promise<{ response: string }> {
    try {
      const signal = AbortSignal.timeout(this.limits.message);
      const pool = await this.#open();
      const info = await pool.sendMail({ ...message.options, signal });
      return { response: singleLine(info.response ?? '', 300) };
    } catch (error) {
      throw refusalOf(error as NodemailerError);
    }
  }

  async close(): Promise<void> {
    (await this.#pool)?.close();
  }
}

/** A password goes over a network encrypted or not at all, unless the operator says `?ignoreTLS=true`. */
function mustEncrypt(url: URL): boolean {
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.username !== '' && !loopback && url.searchParams.get('ignoreTLS') !== 'true';
}

/**
 * Only an answer to this sender, recipient or content can be final. A refused sign-in or greeting
 * is the operator's to mend, and 530 (RFC 4954) asks for one: those mails wait.
 */
function refusalOf(error: NodemailerError): MailRefused {
  const aboutTheMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  const permanent = aboutTheMail && error.permanent === true && error.responseCode !== 530;
  return new MailRefused(singleLine(error.response ?? error.message, 300), permanent, {
    cause: error,
  });
}
