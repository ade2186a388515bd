import type { Kernel } from '../../kernel/feature.js';
import { conditionOf } from '../notification/notices.js';
import type { Carrier, Said } from '../notification/notices.js';
import type { KnownTypes } from '../notification/known-types.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import type { Channels } from './channels.js';

/** Up to so many are written with the message; more by a job, in batches. */
const mostAtOnce = 200;
const batch = 500;

/** The job that goes on with a message to many. */
export const routeMany = { name: 'delivery.route' } as const;

interface Many {
  readonly said: Omit<Said, 'type'> & { readonly type: string };
  /** Accounts up to this id are done. */
  readonly after: string | null;
  /** Who came later was not meant. */
  readonly until: string;
}

/**
 * Decides for each recipient by which channels a message goes, by the matrix and by what is set up:
 * one statement for all of them, which writes a row a destination together with its job. What a
 * person has switched off is written too, so that everybody can see why nothing came.
 */
export class Routes implements Carrier {
  constructor(
    private readonly kernel: Kernel,
    private readonly channels: Channels,
    private readonly types: KnownTypes,
  ) {}

  async carry(said: Said): Promise<void> {
    if (said.recipients === 0) return;
    const until = this.kernel.clock.now().toISOString();
    const many: Many = { said: { ...said, type: said.type.key }, after: null, until };
    if (said.recipients <= mostAtOnce) await this.#write(many);
    else await this.kernel.outbox.add(routeMany, many, { key: keyOf(many) });
  }

  /**
   * A batch and the job of the next one are one transaction. Where a crash has the same batch done
   * again, rows that are there already stay.
   */
  job(): Job<Many> {
    return {
      name: routeMany.name,
      run: (many) =>
        this.kernel.database.transaction(async () => {
          const last = await this.#write(many);
          if (last === null) return;
          const next: Many = { ...many, after: last };
          await this.kernel.outbox.add(routeMany, next, { key: keyOf(next) });
        }),
    };
  }

  /** @returns the last account, null when none is left */
  async #write({ said, after, until }: Many): Promise<string | null> {
    const type = await this.types.find(said.type);
    if (!type) return null;
    const without = [...said.without, ...(type.ownMail ? ['EMAIL'] : [])];
    const [where, audience] = conditionOf(said.audience, 13);
    const [written] = await this.kernel.database.query<{ last: string | null }>(statement(where), [
      said.messageId,
      type.key,
      type.channels,
      type.mandatory,
      without,
      this.channels.names,
      this.kernel.clock.now(),
      said.activityId,
      type.category,
      priorityOf(said),
      after,
      until,
      ...audience,
    ]);
    return written!.last;
  }
}

/** Also by which others find out that a message is not done yet. */
const keyOf = ({ said }: Many) => `route:${said.messageId}`;

/** What is said to everybody lets pass what is meant for one. */
function priorityOf({ severity, recipients }: Pick<Said, 'severity' | 'recipients'>): number {
  if (severity === 'CRITICAL') return -5;
  return recipients > mostAtOnce ? 5 : 0;
}

const masked = (email: string) => `left(${email}, 1) || '…@' || substring(${email} from '[^@]*$')`;

const statement = (where: string) => `
  with people as materialized (
    select account.id, account.email from account
    where ${where} and ($11::uuid is null or account.id > $11) and account.created_at <= $12
    order by account.id limit ${batch}
  ), chosen as materialized (
    select p.account_id, p.channel, p.enabled from preference p
    where p.type = $2 and p.account_id in (select id from people)
  ), way as (
    select people.id as account_id, people.email, w.channel,
      coalesce(chosen.enabled or w.channel = any($4::text[]), w.channel = any($3::text[])) as wanted
    from people cross join unnest(array['EMAIL', 'DISCORD', 'SIGNAL']) as w (channel)
      left join chosen on chosen.account_id = people.id and chosen.channel = w.channel
    where w.channel <> all($5::text[]) and (w.channel = any($3) or chosen.enabled is not null)
  ), planned as (
    select w.account_id, w.channel, null::uuid as destination_id,
      ${masked('coalesce(other.email, w.email)')} as target,
      case when not w.wanted then 'preference' end as reason
    from way w left join lateral (
      select email from notification_email n where n.account_id = w.account_id
        and n.category in ('', $9) and n.email is not null order by n.category desc limit 1) other on true
    where w.channel = 'EMAIL'
    union all
    select w.account_id, w.channel, d.id, coalesce(d.target, ''),
      case when not w.wanted then 'preference'
        when w.channel <> all($6::text[]) then 'unavailable'
        when d.id is null then 'noDestination'
        when d.disabled_at is not null then 'disabled' end
    from way w left join lateral (
      select id, target, disabled_at from destination d
      where d.account_id = w.account_id and d.channel = w.channel
      order by disabled_at is not null, rank limit 1) d on true
    where w.channel <> 'EMAIL'
    union all
    select people.id, 'WEBHOOK', d.id, d.target, null
    from people join destination d on d.account_id = people.id and d.channel = 'WEBHOOK'
    where d.disabled_at is null and d.events && array[$2, '*'] and 'WEBHOOK' <> all($5)
      and 'WEBHOOK' = any($6)
  ), written as (
    insert into delivery (account_id, message_id, type, channel, destination_id, target, status,
      reason_code, created_at, next_attempt_at, activity_id)
    select account_id, $1, $2, channel, destination_id, target,
      case when reason is null then 'PENDING' else 'SUPPRESSED' end, reason, $7,
      case when reason is null then $7::timestamptz end, $8
    from planned
    on conflict do nothing
    returning id, channel, status
  ), specs as (
    select array_agg(json_populate_record(null::graphile_worker.job_spec, json_build_object(
      'identifier', 'delivery.' || channel, 'payload', json_build_object('id', id),
      'job_key', 'delivery:' || id, 'priority', $10::int))) as specs
    from written where status = 'PENDING'
  )
  select (select id from people order by id desc limit 1) as last,
    (select count(*) from specs, graphile_worker.add_jobs(specs.specs) where specs.specs is not null)`;
