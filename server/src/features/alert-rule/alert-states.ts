import type { Kernel } from '../../kernel/feature.js';
import type { Notices } from '../notification/notices.js';
import type { Sample } from '../host/host-probe.js';
import { alertPermission } from '../host/host-readings.js';
import type { Condition } from './alert-rule.js';
import { judge } from './judgement.js';
import type { Standing, Turn } from './judgement.js';

interface JudgedRow extends Condition {
  readonly id: string;
  readonly overSince: Date | null;
  readonly seenAt: Date | null;
  readonly firing: boolean | null;
  readonly firedAt: Date | null;
}

/** How each rule stands on each host, and the telling of its turns. */
export class AlertStates {
  constructor(
    private readonly kernel: Kernel,
    private readonly notices: Notices,
  ) {}

  /** Belongs into the transaction that holds the host, so that each sample is judged once. */
  async judge(host: string, sample: Sample): Promise<void> {
    const { database, clock } = this.kernel;
    const now = clock.now();
    // Held, so that a rule that is changed meanwhile waits for this, and hosts that fire at once do not wait for each other.
    const rows = await database.query<JudgedRow>(
      `select r.id, r.metric, r.threshold, r.for_seconds as "forSeconds", r.hysteresis,
         s.over_since as "overSince", s.seen_at as "seenAt", s.firing, s.fired_at as "firedAt"
       from alert_rule r left join alert_rule_state s on s.rule_id = r.id and s.host = $1
       where r.enabled order by r.id for no key update of r`,
      [host],
    );
    for (const row of rows) {
      const value = sample[row.metric];
      if (value === undefined) continue;
      const { standing, turn } = judge(row, standingOf(row), value, now);
      await this.#keep(row.id, host, standing);
      if (turn) await this.#tell(row, host, value, turn);
    }
  }

  /** A rule that is switched off or asks something else begins anew, without a word. */
  async forget(ruleId: string): Promise<void> {
    await this.kernel.database.query('delete from alert_rule_state where rule_id = $1', [ruleId]);
  }

  /** Since when a value was over is not known of another threshold; what fires goes on firing. */
  async restart(ruleId: string): Promise<void> {
    const sql = 'update alert_rule_state set over_since = null where rule_id = $1';
    await this.kernel.database.query(sql, [ruleId]);
  }

  async #keep(ruleId: string, host: string, standing: Standing): Promise<void> {
    const { overSince, seenAt, firing, firedAt } = standing;
    await this.kernel.database.query(
      `insert into alert_rule_state (rule_id, host, over_since, seen_at, firing, fired_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (rule_id, host) do update set over_since = $3, seen_at = $4, firing = $5, fired_at = $6`,
      [ruleId, host, overSince, seenAt, firing, firedAt],
    );
  }

  async #tell(rule: JudgedRow, host: string, value: number, turn: Turn): Promise<void> {
    const fired = turn === 'fired';
    if (fired) {
      const sql = 'update alert_rule set last_fired_at = $2 where id = $1';
      await this.kernel.database.query(sql, [rule.id, this.kernel.clock.now()]);
    }
    await this.notices.send({
      type: `alert.${rule.metric.toLowerCase()}`,
      severity: fired ? null : 'SUCCESS',
      audience: { permission: alertPermission },
      texts: null,
      url: '/admin/alert-rules',
      data: {
        host,
        value: Math.round(value * 100) / 100,
        threshold: rule.threshold,
        forSeconds: rule.forSeconds,
        event: fired ? 'exceeded' : 'back_to_normal',
        ruleId: rule.id,
      },
    });
  }
}

function standingOf({ overSince, seenAt, firing, firedAt }: JudgedRow): Standing | null {
  return seenAt && { overSince, seenAt, firing: firing ?? false, firedAt };
}
