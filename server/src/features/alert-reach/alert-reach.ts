import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Kernel } from '../../kernel/feature.js';
import { openMail } from '../../kernel/outbox/mail.js';

/** Until then a mail is only on its way. */
const lateMinutes = 60;
/** Of the latest alerts: addresses that nothing was sent to for so long are not judged. */
const looked = 60;

export interface Unreached {
  readonly email: string;
  readonly isSecondary: boolean;
  /** When the alert was written that did not arrive. */
  readonly since: Date;
  /** In the mail server's own words. */
  readonly reason: string | null;
  /** Refused for good; else it is still tried. */
  readonly isFinal: boolean;
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly created_at: Date;
  readonly sealed: Sealed;
}

/**
 * Which of the addresses that alerts go to now did not take the last one. The deliveries show
 * addresses masked, and two mailboxes of one provider look alike so: the mails themselves say whose
 * they were.
 */
export class AlertReach {
  constructor(private readonly kernel: Kernel) {}

  async unreached(accountId: string): Promise<Unreached[]> {
    const rows = await this.#latest(accountId);
    if (rows.every((row) => this.#isGood(row))) return [];
    const [account] = await this.kernel.database.query<{
      primary: string;
      secondary: string | null;
    }>(
      `select a.email as primary, s.email as secondary
       from account a left join secondary_email s on s.account_id = a.id where a.id = $1`,
      [accountId],
    );
    const { primary, secondary } = account!;
    const mails = rows.map((row) => ({ row, to: this.#recipientOf(row) }));
    return [
      { email: primary, isSecondary: false },
      ...(secondary === null ? [] : [{ email: secondary, isSecondary: true }]),
    ].flatMap((address) => {
      const last = mails.find(({ row, to }) => to === address.email && this.#isDecided(row))?.row;
      if (!last || this.#isGood(last)) return [];
      const { created_at: since, reason, status } = last;
      return [{ ...address, since, reason, isFinal: status === 'FAILED' }];
    });
  }

  #latest(accountId: string): Promise<Row[]> {
    return this.kernel.database.query<Row>(
      `select id, status, reason_text as reason, created_at, mail_sealed as sealed from delivery
       where account_id = $1 and channel = 'EMAIL' and mail_sealed is not null
       order by created_at desc, id desc limit ${looked}`,
      [accountId],
    );
  }

  #isGood(row: Row): boolean {
    return row.status === 'SENT' || !this.#isDecided(row);
  }

  #isDecided({ status, created_at: at }: Row): boolean {
    if (status === 'SENT' || status === 'FAILED') return true;
    return this.kernel.clock.now().getTime() - at.getTime() >= lateMinutes * 60_000;
  }

  #recipientOf({ id, sealed }: Row): string {
    return openMail({ id, kind: '', sealed }, this.kernel.sealer).mail.to.address;
  }
}
