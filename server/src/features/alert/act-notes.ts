import type { Sealed } from '../../kernel/crypto/seal.js';
import type { Kernel } from '../../kernel/feature.js';
import { beforeOthers } from '../../kernel/outbox/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { ActivityRecorded, Witness } from '../activity/activities.js';
import type { Countries } from '../country/countries.js';
import { authorOf } from './act.js';
import type { Act } from './act.js';
import { isTold } from './alert-table.js';
import type { Recipients } from './recipients.js';

/** Tells what one transaction did; queued once for it, however much that was. */
export const tellAlerts = { name: 'alert.tell' } as const;

const purpose = (activityId: string) => `alert:${activityId}`;

interface Row {
  readonly activity_id: string;
  readonly sealed: string;
}

/**
 * Notes what somebody must hear of, in the transaction that does it, together with who is to hear it
 * and where: whoever changes the address a second later diverts nothing.
 */
export class ActNotes implements Witness {
  constructor(
    private readonly kernel: Kernel,
    private readonly countries: Countries,
    private readonly recipients: Recipients,
  ) {}

  async attend(recorded: ActivityRecorded, viewer: Viewer): Promise<void> {
    const { id, kind, accountId, at, reference, details } = recorded;
    if (!isTold(kind, details)) return;
    const { address, userAgent } = viewer.origin;
    const contacts = await this.recipients.of(kind, accountId);
    const owner = contacts.find((contact) => contact.accountId === accountId);
    await this.#note({
      activityId: id,
      accountId,
      kind,
      at,
      reference,
      details,
      by: authorOf(viewer, accountId, owner?.username),
      actor: viewer.name,
      address,
      country: this.countries.of(address),
      userAgent,
      contacts,
    });
  }

  /** Takes what a transaction did, in the order in which it did it; in the caller's transaction. */
  async take(xid: string): Promise<Act[]> {
    const { database, sealer } = this.kernel;
    const rows = await database.query<Row>(
      'delete from alert_act where xid = $1::xid8 returning activity_id, sealed',
      [xid],
    );
    return rows
      .sort((a, b) => (a.activity_id < b.activity_id ? -1 : 1))
      .map((row) => JSON.parse(sealer.open(row.sealed as Sealed, purpose(row.activity_id))) as Act);
  }

  async #note(act: Act): Promise<void> {
    const { database, sealer, clock, outbox } = this.kernel;
    const sealed = sealer.seal(JSON.stringify(act), purpose(act.activityId));
    const [row] = await database.query<{ xid: string }>(
      `insert into alert_act (activity_id, xid, sealed, noted_at)
       values ($1, pg_current_xact_id(), $2, $3) returning xid::text as xid`,
      [act.activityId, sealed, clock.now()],
    );
    const { xid } = row!;
    await outbox.add(tellAlerts, { xid }, { key: `alert:${xid}`, priority: beforeOthers });
  }
}
