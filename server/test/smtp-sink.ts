import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail extends Email {
  /** Who the SMTP envelope says gets it, whatever the headers claim. */
  envelopeTo: string[];
  envelopeFrom: string;
  /** Whether it came over TLS. */
  encrypted: boolean;
  raw: string;
}

/** What the server says after DATA; 'hang' says nothing and keeps the connection, 'drop' cuts it. */
export type SinkAnswer = 'accept' | 'hang' | 'drop' | { code: number; text: string };

export interface SinkOptions {
  /** Offers STARTTLS with a certificate that nobody vouches for. */
  startTls?: boolean;
  /** Wants this user and password. */
  signIn?: { user: string; password: string };
  /** Where a former one listened. */
  port?: number;
}

/** A real SMTP server on a free port of this machine, with answers by script. */
export class SmtpSink {
  readonly messages: ReceivedMail[] = [];
  /** Messages that were read, whatever was answered. */
  read = 0;
  readonly #script: SinkAnswer[] = [];
  readonly #refused = new Map<string, { code: number; text: string }>();
  readonly #waiting: (() => void)[] = [];
  readonly #server: SMTPServer;
  #port = 0;

  private constructor(options: SinkOptions) {
    const disabled = [options.startTls ? [] : ['STARTTLS'], options.signIn ? [] : ['AUTH']].flat();
    this.#server = new SMTPServer({
      disabledCommands: disabled,
      authOptional: !options.signIn,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 100,
      onAuth: (auth, _session, done) => {
        const { user, password } = options.signIn ?? {};
        const right = auth.username === user && auth.password === password;
        done(right ? null : smtpError(535, '5.7.8 wrong password'), { user });
      },
      onRcptTo: ({ address }, _session, done) => {
        const refusal = this.#refused.get(address);
        done(refusal ? smtpError(refusal.code, refusal.text) : null);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          this.read += 1;
          const answer = this.#script.shift() ?? 'accept';
          if (answer === 'hang') return;
          if (answer === 'drop') return this.cut(session.id);
          if (answer !== 'accept') return done(smtpError(answer.code, answer.text));
          const { mailFrom, rcptTo } = session.envelope;
          const envelope = {
            envelopeTo: rcptTo.map((one) => one.address),
            envelopeFrom: mailFrom ? mailFrom.address : '',
            encrypted: session.secure,
          };
          void this.#keep(Buffer.concat(chunks), envelope).then(
            () => done(null, '2.0.0 kept'),
            done,
          );
        });
      },
    });
    // A client that gives up mid-way is part of the tests, not a fault of the sink.
    this.#server.on('error', () => undefined);
  }

  static async open(options: SinkOptions = {}): Promise<SmtpSink> {
    const sink = new SmtpSink(options);
    await new Promise<void>((ready) => sink.#server.listen(options.port ?? 0, '127.0.0.1', ready));
    sink.#port = (sink.#server.server.address() as AddressInfo).port;
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** Answers for the next messages, in order; after them all are accepted. */
  script(...answers: SinkAnswer[]): void {
    this.#script.push(...answers);
  }

  /** Accepts everything from now on. */
  forget(): void {
    this.#script.length = 0;
  }

  /** From now on this recipient is refused at RCPT TO. */
  refuse(address: string, code = 550, text = '5.1.1 no such mailbox'): void {
    this.#refused.set(address, { code, text });
  }

  /** Takes mail for this address again. */
  allow(address: string): void {
    this.#refused.delete(address);
  }

  /** Resolves when `count` messages in all have come. */
  async received(count: number): Promise<ReceivedMail[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.messages;
  }

  /** Connections in force, idle ones too. */
  get connections(): number {
    return this.#server.connections.size;
  }

  /** Drops connections without a word, as a restarted server does; all, or that of one session. */
  cut(session?: string): void {
    for (const connection of this.#server.connections) {
      if (session === undefined || connection.id === session) connection._socket.destroy();
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }

  async #keep(
    raw: Buffer,
    envelope: Pick<ReceivedMail, 'envelopeTo' | 'envelopeFrom' | 'encrypted'>,
  ) {
    this.messages.push({
      ...(await PostalMime.parse(raw)),
      ...envelope,
      raw: raw.toString('utf8'),
    });
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function smtpError(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}
