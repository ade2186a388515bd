import { createHash } from 'node:crypto';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { cleanText } from '../../kernel/text/text-input.js';

const keptDays = 30;

export interface Outcome {
  readonly messageId: string;
  readonly recipients: number;
}

/** The same key of the same sender has one effect, however often and from wherever it comes. */
export class Idempotency {
  constructor(private readonly kernel: Kernel) {}

  /**
   * Runs `work` in a transaction unless this sender's key has already had its effect. A second call
   * that comes meanwhile waits for the first.
   * @throws CONFLICT field `key` when the key was used with other content
   */
  once(
    sender: string,
    key: string,
    content: unknown,
    work: () => Promise<Outcome>,
  ): Promise<Outcome & { duplicate: boolean }> {
    const { database, clock } = this.kernel;
    const clean = cleanText(key, { field: 'key', min: 1, max: 200 });
    const hash = createHash('sha256').update(textOf(content)).digest('hex');
    return database.transaction(async () => {
      const taken = await database.query(
        `insert into idempotency_key (sender, key, content_hash, created_at) values ($1, $2, $3, $4)
         on conflict do nothing returning key`,
        [sender, clean, hash, clock.now()],
      );
      if (taken.length === 0)
        return { ...(await this.#former(sender, clean, hash)), duplicate: true };
      const outcome = await work();
      await database.query(
        'update idempotency_key set message_id = $3, recipients = $4 where sender = $1 and key = $2',
        [sender, clean, outcome.messageId, outcome.recipients],
      );
      return { ...outcome, duplicate: false };
    });
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query(
      `delete from idempotency_key where created_at < $1::timestamptz - ${keptDays} * interval '1 day'`,
      [this.kernel.clock.now()],
    );
  }

  async #former(sender: string, key: string, hash: string): Promise<Outcome> {
    const [row] = await this.kernel.database.query<{
      content_hash: string;
      message_id: string;
      recipients: number;
    }>(
      'select content_hash, message_id, recipients from idempotency_key where sender = $1 and key = $2',
      [sender, key],
    );
    if (!row || row.content_hash !== hash) {
      refuse('CONFLICT', 'This key was used before, for something else.', { field: 'key' });
    }
    return { messageId: row.message_id, recipients: row.recipients };
  }
}

/** The same for the same content, in whatever order a program wrote its fields. */
function textOf(content: unknown): string {
  return JSON.stringify(content, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
