import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailTransport, Message } from './transport.js';

/** Names that sort by time: `20261201T130500000Z-<id>.eml`. */
export const emlName = /^\d{8}T\d{9}Z-[A-Za-z0-9-]{1,64}\.eml$/;

const writing = {
  streamTransport: true as const,
  buffer: true,
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
};

/** Where no mail server is set, messages are kept as files that any mail program opens. */
export class OutboxFolder implements MailTransport {
  constructor(private readonly folder: string) {}

  /** A message that is sent again has the same date and id, hence the same file. */
  async send({ id, date, options }: Message): Promise<{ response: string }> {
    const name = `${date.toISOString().replace(/[-:.]/g, '')}-${id}.eml`;
    if (!emlName.test(name)) throw new Error('The id of a mail is not fit for a file name');
    const { createTransport } = await import('nodemailer');
    const info = await createTransport(writing).sendMail(options);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.#write(name, info.message as Buffer);
    return { response: name };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Complete or not there at all; one-time links are for its owner's eyes. */
  async #write(name: string, content: Buffer): Promise<void> {
    const unfinished = join(this.folder, `.${name}.${randomBytes(6).toString('hex')}`);
    try {
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, join(this.folder, name));
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }
}
