import { expect, vi } from 'vitest';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { SmtpSink } from './smtp-sink.js';
import type { ReceivedMail } from './smtp-sink.js';

export interface MailedApp extends TestApp {
  /** The mail server that mails go to. */
  readonly sink: SmtpSink;
  /** Everything queued is done, mails are sent: what has come to an address since the last look, oldest first, without alerts. */
  mailTo(address: string): Promise<ReceivedMail[]>;
  /** The same of security alerts; of all addresses when none is given. */
  alertsTo(address?: string): Promise<ReceivedMail[]>;
  /** The token of the only mail to an address since the last look. */
  tokenTo(address: string): Promise<string>;
  /** Until no job is left to do but those of a later hour. */
  settled(): Promise<void>;
}

/** A test app whose worker runs and whose mails go to a real mail server. */
export async function createMailedApp(env: Record<string, string> = {}): Promise<MailedApp> {
  const sink = await SmtpSink.open();
  const app = await createTestApp({ SMTP_URL: sink.url, ...env });
  await app.worker.open();
  const taken = new Set<ReceivedMail>();
  const settled = () =>
    vi.waitFor(
      async () => {
        const rows = await app.unit(() =>
          app.kernel.database.query(
            `select task_identifier, attempts, last_error from graphile_worker.jobs
             where run_at <= now() or attempts > 0 or locked_at is not null`,
          ),
        );
        expect(rows).toEqual([]);
      },
      { timeout: 10_000, interval: 20 },
    );
  const take = async (wanted: (mail: ReceivedMail) => boolean) => {
    await settled();
    const found = sink.messages.filter((mail) => !taken.has(mail) && wanted(mail));
    for (const mail of found) taken.add(mail);
    return found;
  };
  const isAlert = (mail: ReceivedMail) => mail.envelopeFrom === app.config.securityMailFrom;
  const mailTo = (address: string) =>
    take((mail) => mail.envelopeTo.includes(address) && !isAlert(mail));
  return {
    ...app,
    settled,
    sink,
    mailTo,
    alertsTo: (address) =>
      take((mail) => isAlert(mail) && (!address || mail.envelopeTo.includes(address))),
    async tokenTo(address) {
      const mails = await mailTo(address);
      expect(mails.map((mail) => mail.subject)).toHaveLength(1);
      return tokenIn(mails[0]!);
    },
    async close() {
      await app.close();
      await sink.close();
    },
  };
}

/** The secret of the one link that a mail asks to follow. */
export function tokenIn(mail: ReceivedMail): string {
  const found = /\?(?:token|invite)=([\w-]{43})(?![\w-])/.exec(mail.text ?? '');
  expect(found, mail.text).not.toBeNull();
  return found![1]!;
}
