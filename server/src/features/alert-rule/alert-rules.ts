import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import { isId, newId } from '../../kernel/id.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import { alertPermission } from '../host/host-readings.js';
import type { Hosts } from '../host/hosts.js';
import { checkCondition } from './alert-rule.js';
import type { Condition, ConditionInput } from './alert-rule.js';
import type { AlertStates } from './alert-states.js';
import { firingsIn } from './judgement.js';

const mostRules = 50;
/** A host that nobody has sampled for so long fires nothing: it may be no more. */
const silentMs = 3_600_000;

export interface AlertRule extends Condition {
  readonly id: string;
  readonly enabled: boolean;
  readonly firing: boolean;
  /** Where. */
  readonly firingHosts: readonly string[];
  readonly lastFiredAt: Date | null;
}

export interface AlertRuleChange extends ConditionInput {
  readonly id?: string | null;
  readonly enabled: boolean;
}

interface Row extends Condition {
  readonly id: string;
  readonly enabled: boolean;
  readonly lastFiredAt: Date | null;
  readonly firingHosts: string[];
}

/** What administrators want to be told of about the machines. */
export class AlertRules {
  constructor(
    private readonly kernel: Kernel,
    private readonly hosts: Hosts,
    private readonly states: AlertStates,
    private readonly activities: Activities,
  ) {}

  async list(viewer: Viewer): Promise<AlertRule[]> {
    requirePermission(viewer, alertPermission);
    return this.#read(null);
  }

  /** Without an id a new one. @throws NOT_FOUND field `id`; BAD_USER_INPUT with the field; LIMIT_REACHED */
  async put(viewer: Viewer, change: AlertRuleChange): Promise<AlertRule> {
    requirePermission(viewer, alertPermission);
    const wanted = checkCondition(change);
    const { enabled } = change;
    const { database } = this.kernel;
    return database.transaction(async () => {
      const id = change.id ?? newId();
      const was = change.id ? await this.#hold(change.id) : null;
      if (was && isSame(was, { ...wanted, enabled })) return was;
      if (was) await this.#update(was, wanted, enabled);
      else await this.#insert(id, wanted, enabled);
      const details = { id, ...wanted, enabled };
      await this.activities.record(viewer, viewer.accountId, 'alert_rule.changed', details);
      return (await this.#read(id))[0]!;
    });
  }

  /** @throws NOT_FOUND field `id` */
  async remove(viewer: Viewer, id: string): Promise<void> {
    requirePermission(viewer, alertPermission);
    await this.kernel.database.transaction(async () => {
      const { metric, threshold, forSeconds } = await this.#hold(id);
      await this.kernel.database.query('delete from alert_rule where id = $1', [id]);
      const details = { id, metric, threshold, forSeconds };
      await this.activities.record(viewer, viewer.accountId, 'alert_rule.removed', details);
    });
  }

  /** How often such a rule would have fired in the last day, on all hosts together. */
  async firings(viewer: Viewer, input: ConditionInput): Promise<number> {
    requirePermission(viewer, alertPermission);
    const condition = checkCondition(input);
    const hosts = await this.hosts.all();
    const counts = await Promise.all(
      hosts.map(async ({ name }) =>
        firingsIn(condition, await this.hosts.minutes(name, condition.metric)),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #insert(id: string, rule: Condition, enabled: boolean): Promise<void> {
    const { database, clock } = this.kernel;
    await database.query(`select pg_advisory_xact_lock(hashtextextended('alert_rule', 0))`);
    const [count] = await database.query<{ count: number }>(
      'select count(*)::int as count from alert_rule',
    );
    if (count!.count >= mostRules) {
      refuse('LIMIT_REACHED', `There are ${mostRules} rules already. Remove one first.`);
    }
    await database.query(
      `insert into alert_rule (id, metric, threshold, for_seconds, hysteresis, enabled, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, rule.metric, rule.threshold, rule.forSeconds, rule.hysteresis, enabled, clock.now()],
    );
  }

  async #update(was: AlertRule, rule: Condition, enabled: boolean): Promise<void> {
    await this.kernel.database.query(
      `update alert_rule set metric = $2, threshold = $3, for_seconds = $4, hysteresis = $5,
         enabled = $6 where id = $1`,
      [was.id, rule.metric, rule.threshold, rule.forSeconds, rule.hysteresis, enabled],
    );
    if (was.metric !== rule.metric || !enabled) await this.states.forget(was.id);
    else if (was.threshold !== rule.threshold) await this.states.restart(was.id);
  }

  /** @throws NOT_FOUND field `id` */
  async #hold(id: string): Promise<AlertRule> {
    const { database } = this.kernel;
    const held = isId(id)
      ? await database.query('select 1 from alert_rule where id = $1 for update', [id])
      : [];
    const [found] = held.length > 0 ? await this.#read(id) : [];
    return found ?? refuse('NOT_FOUND', 'There is no such rule.', { field: 'id' });
  }

  async #read(id: string | null): Promise<AlertRule[]> {
    const { database, clock } = this.kernel;
    const rows = await database.query<Row>(
      `select id, metric, threshold, for_seconds as "forSeconds", hysteresis, enabled,
         last_fired_at as "lastFiredAt",
         array(select s.host from alert_rule_state s where s.rule_id = r.id and s.firing
           and s.seen_at > $2 order by s.host) as "firingHosts"
       from alert_rule r where $1::uuid is null or id = $1
       order by created_at, id`,
      [id, new Date(clock.now().getTime() - silentMs)],
    );
    return rows.map((row) => ({ ...row, firing: row.firingHosts.length > 0 }));
  }
}

function isSame(was: AlertRule, wanted: Condition & { enabled: boolean }): boolean {
  return (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => was[key] === wanted[key]);
}
