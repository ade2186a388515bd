import { allowsAddress, ruleAt } from '../../kernel/network/address-rule.js';
import type {
  AddressRule,
  AllowedNetwork,
  AllowedNetworks,
} from '../../kernel/network/address-rule.js';
import { credentialsChanged } from '../../kernel/access/credential.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { prepared } from '../../kernel/database/prepared.js';
import { requireConfirmed, requireSession, systemViewer } from '../../kernel/access/viewer.js';
import type { AccountViewer, Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { Sessions } from '../session/sessions.js';
import { parseEntries } from './allowlist-entries.js';

const trialSeconds = 120;
const readSql = prepared('select to_jsonb(w) as rule from ip_allowlist w where account_id = $1');

/** Puts back what held before a trial, and writes that into the log. */
export const revertIpAllowlist = { name: 'ip_allowlist.revert' } as const;

export interface NewAllowlist {
  readonly enabled: boolean;
  readonly entries: readonly { readonly cidr: string; readonly label?: string | null }[];
}

/**
 * From where an account may be used. A changed list holds at once and is on trial, so that whoever
 * shuts himself out is let in again two minutes later. What holds is told by the clock and not by
 * what has run; the credentials that read the row do the same (kernel/network/address-rule.ts).
 */
export class IpAllowlists {
  constructor(
    private readonly kernel: Kernel,
    private readonly sessions: Sessions,
    private readonly activities: Activities,
  ) {}

  async find(accountId: string): Promise<AllowedNetworks> {
    return ruleAt(await this.#read(accountId), this.kernel.clock.now());
  }

  /** Also asked for nobody, so that it takes as long. */
  async allows(accountId: string | null, origin: Origin): Promise<boolean> {
    const rule = ruleAt(await this.#read(accountId), this.kernel.clock.now());
    return allowsAddress(rule, origin.address);
  }

  /**
   * @throws IDENTITY_CONFIRMATION_REQUIRED; BAD_USER_INPUT, LIMIT_REACHED, or WOULD_LOCK_OUT when it
   * leaves the caller out, each with field `entries`
   */
  async set(viewer: Viewer, input: NewAllowlist): Promise<void> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    requireConfirmed(viewer, clock.now());
    const next = { enabled: input.enabled, entries: parseEntries(input.entries) };
    if (!allowsAddress(next, viewer.origin.address)) {
      const message = 'This list would shut you out: it does not hold the address you are at.';
      refuse('WOULD_LOCK_OUT', message, { field: 'entries' });
    }
    await database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      const kept = await this.#hold(viewer.accountId);
      if (isSame(kept.now, next)) await this.#writeLabels(viewer.accountId, next.entries);
      else await this.#change(viewer, kept.confirmed, next);
    });
  }

  /** @throws CONFLICT when nothing is on trial, also any more */
  async confirm(viewer: Viewer): Promise<void> {
    requireSession(viewer);
    const { database, clock } = this.kernel;
    const now = clock.now();
    requireConfirmed(viewer, now);
    await database.transaction(async () => {
      await this.sessions.holdConfirmed(viewer);
      const kept = await database.query(
        `update ip_allowlist set trial_until = null, former_enabled = null, former_entries = null
         where account_id = $1 and trial_until > $2 returning 1`,
        [viewer.accountId, now],
      );
      if (kept.length === 0) refuse('CONFLICT', 'No list of addresses is on trial any more.');
      await this.activities.record(viewer, viewer.accountId, 'ip_allowlist.confirmed');
    });
  }

  /** In the caller's transaction, who records why. @returns whether there was a list */
  async remove(accountId: string): Promise<boolean> {
    const { database, live } = this.kernel;
    const gone = await database.query(
      'delete from ip_allowlist where account_id = $1 returning 1',
      [accountId],
    );
    if (gone.length > 0) await live.publish(credentialsChanged, { accountId });
    return gone.length > 0;
  }

  /** The former list holds already, by the clock; this says so to sockets and to the log. */
  async revert(accountId: string): Promise<void> {
    const { database, clock, outbox } = this.kernel;
    await database.transaction(async () => {
      if (await this.#putBack(accountId)) return;
      const runAt = ruleAt(await this.#read(accountId), clock.now()).trialUntil;
      // The queue's clock is the database's, which may run ahead of this one.
      if (runAt)
        await outbox.add(revertIpAllowlist, { accountId }, { runAt, key: keyOf(accountId) });
    });
  }

  async #putBack(accountId: string): Promise<boolean> {
    const { database, clock, live } = this.kernel;
    const back = await database.query(
      `update ip_allowlist set enabled = former_enabled, entries = former_entries,
         trial_until = null, former_enabled = null, former_entries = null
       where account_id = $1 and trial_until <= $2 returning 1`,
      [accountId, clock.now()],
    );
    if (back.length === 0) return false;
    await live.publish(credentialsChanged, { accountId });
    await this.activities.record(systemViewer, accountId, 'ip_allowlist.reverted');
    return true;
  }

  /** Others who would change it wait until the transaction ends. */
  async #hold(accountId: string) {
    const { database, clock } = this.kernel;
    await database.query(
      `insert into ip_allowlist (account_id, enabled, entries) values ($1, false, '[]')
       on conflict do nothing`,
      [accountId],
    );
    await database.query('select 1 from ip_allowlist where account_id = $1 for update', [
      accountId,
    ]);
    await this.#putBack(accountId);
    const rule = (await this.#read(accountId))!;
    const now = ruleAt(rule, clock.now());
    if (now.trialUntil === null) return { now, confirmed: now };
    return { now, confirmed: { enabled: rule.former_enabled!, entries: rule.former_entries! } };
  }

  async #change(viewer: AccountViewer, confirmed: Networks, next: Networks): Promise<void> {
    const { database, clock, outbox, live } = this.kernel;
    const { accountId } = viewer;
    // Back to what was confirmed there is nothing to try out.
    const isTrial = !isSame(confirmed, next);
    const runAt = isTrial ? new Date(clock.now().getTime() + trialSeconds * 1000) : null;
    await database.query(
      `update ip_allowlist set enabled = $2, entries = $3, trial_until = $4,
         former_enabled = $5, former_entries = $6 where account_id = $1`,
      [
        accountId,
        next.enabled,
        JSON.stringify(next.entries),
        runAt,
        isTrial ? confirmed.enabled : null,
        isTrial ? JSON.stringify(confirmed.entries) : null,
      ],
    );
    if (runAt) await outbox.add(revertIpAllowlist, { accountId }, { runAt, key: keyOf(accountId) });
    await live.publish(credentialsChanged, { accountId });
    const addresses = next.entries.map(({ cidr }) => cidr);
    const told = { enabled: next.enabled, entries: addresses.length, addresses };
    await this.activities.record(viewer, accountId, 'ip_allowlist.changed', told);
  }

  /** What a network is called, or where it stands, keeps nobody out. */
  async #writeLabels(accountId: string, entries: readonly AllowedNetwork[]): Promise<void> {
    await this.kernel.database.query('update ip_allowlist set entries = $2 where account_id = $1', [
      accountId,
      JSON.stringify(entries),
    ]);
  }

  async #read(accountId: string | null): Promise<AddressRule | null> {
    const [row] = await this.kernel.database.query<{ rule: AddressRule }>(readSql, [accountId]);
    return row?.rule ?? null;
  }
}

type Networks = Pick<AllowedNetworks, 'enabled' | 'entries'>;

const keyOf = (accountId: string) => `ip_allowlist:${accountId}`;

function isSame(one: Networks, other: Networks): boolean {
  const textOf = ({ entries }: Networks) =>
    entries
      .map(({ cidr }) => cidr)
      .sort()
      .join();
  return one.enabled === other.enabled && textOf(one) === textOf(other);
}
