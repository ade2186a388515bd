import type { SendMailOptions } from 'nodemailer';

/** A rendered mail; the same mail always makes the same message, whenever it is tried. */
export interface Message {
  readonly id: string;
  readonly date: Date;
  readonly options: SendMailOptions;
}

/** How messages leave: by SMTP, or into a folder. */
export interface MailTransport {
  /**
   * @returns what the other side answered
   * @throws MailRefused; anything else that is thrown is worth another try, too
   */
  send(message: Message): Promise<{ response: string }>;
  /** Lets what is being sent finish. */
  close(): Promise<void>;
}

/** The mail was not taken. `permanent`: nor will it ever be; otherwise a later try may pass. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';

  constructor(
    message: string,
    readonly permanent: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
