import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Mail } from '../../kernel/outbox/mail.js';
import type { Deliveries } from '../delivery/deliveries.js';
import type { Notices } from '../notification/notices.js';
import type { Act, Contact } from './act.js';
import type { ActNotes } from './act-notes.js';
import { alertKinds, noticeTypeOf, typeOfAlert } from './alert-kinds.js';
import type { AlertKind } from './alert-kinds.js';
import { alertMail } from './alert-mail.js';
import { addressesFor, alertsOf } from './alert-table.js';
import type { Alert } from './alert-table.js';
import { wordsOf } from './alert-text.js';
import { distinctAddresses } from './recipients.js';

/**
 * Makes of what a transaction did the mails and notifications that tell of it: all of them together
 * or, tried again, none twice.
 */
export class Alerts {
  constructor(
    private readonly kernel: Kernel,
    private readonly notes: ActNotes,
    private readonly deliveries: Deliveries,
    private readonly notices: Notices,
  ) {}

  /** For the job. */
  async tell(xid: string): Promise<void> {
    await this.kernel.database.transaction(async () => {
      const acts = await this.notes.take(xid);
      for (const together of Map.groupBy(acts, (act) => act.accountId).values()) {
        for (const alert of alertsOf(together)) await this.#tell(alert, together);
      }
    });
  }

  async #tell(alert: Alert, together: readonly Act[]): Promise<void> {
    for (const contact of alert.act.contacts) {
      const exists = await this.#exists(contact.accountId);
      if (alertKinds[alert.kind].essential || contact.advisory) {
        await this.#mail(alert, together, contact, exists);
      }
      if (exists) await this.#notify(alert, together, contact);
    }
  }

  async #mail(
    alert: Alert,
    together: readonly Act[],
    contact: Contact,
    exists: boolean,
  ): Promise<void> {
    const { settings } = this.kernel;
    const addresses = addressesFor(alert, contact.primary, contact.secondary);
    for (const to of distinctAddresses(addresses)) {
      const mail = alertMail({ alert, together, contact, to }, settings);
      if (exists) await this.#deliver(alert, contact, to, mail);
      // Of an account that is gone nobody can see deliveries any more.
      else await this.kernel.mailer.queue({ ...mail, id: newId() });
    }
  }

  async #deliver(alert: Alert, { accountId }: Contact, to: string, mail: Mail): Promise<void> {
    const { kind, act } = alert;
    const { essential } = alertKinds[kind];
    const { activityId } = act;
    const type = typeOfAlert(kind);
    await this.deliveries.addMail({ accountId, type, activityId, to, mail, essential });
  }

  /** The inbox, and what else the person switched on for the type; e-mail has its own rules here. */
  async #notify(alert: Alert, together: readonly Act[], contact: Contact): Promise<void> {
    const { siteName, publicUrl } = this.kernel.settings;
    const { kind, act } = alert;
    const textIn = (locale: 'EN' | 'IT') => {
      const { title, what } = wordsOf(alert, together, locale, siteName);
      return { title, body: what };
    };
    await this.notices.send({
      type: noticeTypeOf(kind),
      audience: { accountIds: [contact.accountId] },
      texts: { EN: textIn('EN'), IT: textIn('IT') },
      url: `${publicUrl}${placeOf(kind)}`,
      data: { alert: kind, reference: act.reference, activityId: act.activityId },
    });
  }

  async #exists(accountId: string): Promise<boolean> {
    const rows = await this.kernel.database.query('select 1 from account where id = $1', [
      accountId,
    ]);
    return rows.length > 0;
  }
}

/** Where the reader can do something about it. */
const placeOf = (kind: AlertKind) => (kind === 'support_access_changed' ? '/support' : '/security');
