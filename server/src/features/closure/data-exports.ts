import { hashSecret, newSecret } from '../../kernel/crypto/token.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import { limitKey } from '../../kernel/access/rate-limit.js';
import { requireConfirmed, requireSession } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Accounts } from '../account/accounts.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import type { SignInCompletion } from '../session/sign-in-completion.js';
import { exportFile } from './export-file.js';
import { exportMail } from './export-mail.js';

export const makeExport = { name: 'closure.export' } as const;
const lifeHours = 24;
const exportsADay = { most: 5, seconds: 86_400 };
const partBytes = 256 * 1024;

/**
 * Everything about an account in one file, made by a job and fetched once by a mailed link. The link's
 * secret is made with the mail, in the transaction in which the file became whole.
 */
export class DataExports {
  constructor(
    private readonly kernel: Kernel,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
    private readonly signIns: SignInCompletion,
  ) {}

  /** @throws RATE_LIMITED beyond five a day */
  async request(viewer: Viewer): Promise<boolean> {
    requireSession(viewer);
    const { database, clock, outbox, rateLimits } = this.kernel;
    const now = clock.now();
    requireConfirmed(viewer, now);
    const { accountId } = viewer;
    const taken = await rateLimits.takeWindow(limitKey('data-export', accountId), exportsADay);
    if (!taken.allowed) {
      const { retryAfter } = taken;
      refuse('RATE_LIMITED', 'Today’s exports are used up. Try again tomorrow.', { retryAfter });
    }
    return database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      const id = newId();
      // A newer one takes the place of those that nobody fetched.
      await database.query('delete from data_export where account_id = $1', [accountId]);
      await database.query(
        'insert into data_export (id, account_id, requested_at) values ($1, $2, $3)',
        [id, accountId, now],
      );
      await this.activities.record(viewer, accountId, 'data_export.requested');
      await outbox.add(makeExport, { id }, { key: `${makeExport.name}:${id}` });
      return true;
    });
  }

  /** The job. Run again after a crash, it begins anew. */
  async make({ id }: { readonly id: string }): Promise<void> {
    const { database, clock, personalData, settings } = this.kernel;
    await database.transaction(async () => {
      const rows = await database.query<{ account_id: string }>(
        'select account_id from data_export where id = $1 and made_at is null for update',
        [id],
      );
      if (!rows[0]) return;
      const account = await this.accounts.get(rows[0].account_id);
      const introduction = {
        siteName: settings.siteName,
        publicUrl: settings.publicUrl,
        username: account.username,
        madeAt: clock.now().toISOString(),
      };
      const file = exportFile(personalData.all, account.id, introduction);
      const bytes = await this.#store(id, file);
      await this.#mail(id, account, bytes);
    });
  }

  /**
   * The file, once. What was mailed to the owner opens it, signed in or not.
   * @throws INVALID_TOKEN; IP_NOT_ALLOWED from where the account may not be used, and the link stays good
   */
  async download(viewer: Viewer, token: string): Promise<AsyncGenerator<Buffer>> {
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      const rows = await database.query<{ id: string; account_id: string }>(
        `update data_export set downloaded_at = $2
         where token_hash = $1 and downloaded_at is null and expires_at > $2
         returning id, account_id`,
        [hashSecret(token), clock.now()],
      );
      if (!rows[0]) {
        refuse('INVALID_TOKEN', 'This link was used, or has expired. Ask for a new export.');
      }
      const { id, account_id: accountId } = rows[0];
      if (!(await this.signIns.allows(accountId, viewer.origin))) {
        refuse('IP_NOT_ALLOWED', 'This account may not be used from your network address.');
      }
      const { username } = await this.accounts.get(accountId);
      const actor = { ...viewer, name: username };
      await this.activities.record(actor, accountId, 'data_export.downloaded');
      return this.#parts(id);
    });
  }

  /** A link that nobody followed yet opens everything, so it ends with other ways in. @returns how many */
  async endAll(accountId: string): Promise<number> {
    const ended = await this.kernel.database.query(
      'delete from data_export where account_id = $1 and downloaded_at is null returning 1',
      [accountId],
    );
    return ended.length;
  }

  /** Files of yesterday, and those that were fetched. */
  async sweep(): Promise<void> {
    await this.kernel.database.query(
      `delete from data_export where expires_at <= $1
         or downloaded_at < $1::timestamptz - interval '1 hour'
         or (made_at is null and requested_at < $1::timestamptz - interval '2 days')`,
      [this.kernel.clock.now()],
    );
  }

  async #store(id: string, file: AsyncGenerator<Buffer>): Promise<number> {
    const { database } = this.kernel;
    let [position, bytes, waiting] = [0, 0, Buffer.alloc(0)];
    const put = (content: Buffer) =>
      database.query(
        'insert into data_export_part (export_id, position, content) values ($1, $2, $3)',
        [id, position++, content],
      );
    for await (const piece of file) {
      bytes += piece.length;
      waiting = Buffer.concat([waiting, piece]);
      while (waiting.length >= partBytes) {
        await put(waiting.subarray(0, partBytes));
        waiting = waiting.subarray(partBytes);
      }
    }
    if (waiting.length > 0) await put(waiting);
    return bytes;
  }

  async #mail(id: string, account: Parameters<typeof exportMail>[0], bytes: number) {
    const { database, clock, mailer, settings } = this.kernel;
    const secret = newSecret();
    const expiresAt = new Date(clock.now().getTime() + lifeHours * 3_600_000);
    await database.query(
      `update data_export set token_hash = $2, made_at = $3, expires_at = $4, bytes = $5
       where id = $1`,
      [id, hashSecret(secret), clock.now(), expiresAt, bytes],
    );
    const link = `${settings.publicUrl}/export?token=${secret}`;
    await mailer.queue(exportMail(account, { siteName: settings.siteName, link, expiresAt }));
  }

  /** Part by part, each in a unit of its own: the answer outlives the one that began it. */
  async *#parts(id: string): AsyncGenerator<Buffer> {
    for (let position = 0; ; position++) {
      const rows = await this.kernel.database.unitOfWork(() =>
        this.kernel.database.query<{ content: Buffer }>(
          'select content from data_export_part where export_id = $1 and position = $2',
          [id, position],
        ),
      );
      if (!rows[0]) return;
      yield rows[0].content;
    }
  }
}
