import type { Stretch } from '../host/hosts.js';
import type { Condition } from './alert-rule.js';

/** How a rule stands on a host. */
export interface Standing {
  /** Since when the value has been at or over the threshold without a gap; null: it is not. */
  readonly overSince: Date | null;
  readonly seenAt: Date;
  readonly firing: boolean;
  readonly firedAt: Date | null;
}

export type Turn = 'fired' | 'resolved' | null;

/** Longer without a sample, and nobody knows whether the value stayed. */
const longestGapMs = 30_000;
/** From one firing to the next on the same host: what flaps tells its first turn only. */
export const coolDownMs = 5 * 60_000;

/** What one sample makes of it. Sees nothing but what it is given. */
export function judge(
  rule: Condition,
  was: Standing | null,
  value: number,
  at: Date,
  gapMs = longestGapMs,
): { standing: Standing; turn: Turn } {
  const firedAt = was?.firedAt ?? null;
  if (was?.firing) {
    const isOver = value >= rule.threshold - rule.hysteresis;
    const standing = {
      overSince: isOver ? was.overSince : null,
      seenAt: at,
      firing: isOver,
      firedAt,
    };
    return { standing, turn: isOver ? null : 'resolved' };
  }
  if (value < rule.threshold) {
    return { standing: { overSince: null, seenAt: at, firing: false, firedAt }, turn: null };
  }
  const isUnbroken = was && at.getTime() - was.seenAt.getTime() <= gapMs;
  const overSince = (isUnbroken ? was.overSince : null) ?? at;
  const isDue = at.getTime() - overSince.getTime() >= rule.forSeconds * 1_000;
  const isCool = firedAt === null || at.getTime() - firedAt.getTime() >= coolDownMs;
  const fires = isDue && isCool;
  const standing = { overSince, seenAt: at, firing: fires, firedAt: fires ? at : firedAt };
  return { standing, turn: fires ? 'fired' : null };
}

const minuteMs = 60_000;

/**
 * How often a rule would have fired over minutes of which only the lowest and highest values are
 * known: one that asks for less than a minute goes by the highest, any other by the lowest.
 */
export function firingsIn(rule: Condition, minutes: readonly Stretch[]): number {
  let standing: Standing | null = null;
  let firings = 0;
  for (const { at, lowest, highest } of minutes) {
    const end = new Date(at.getTime() + minuteMs - 1);
    const peak = rule.forSeconds < 60 ? highest : lowest;
    // Falling back shows in the lowest value of any minute.
    const seen: [number, Date][] = [
      [peak, at],
      [peak, end],
      ...(lowest < rule.threshold ? [[lowest, end] as [number, Date]] : []),
    ];
    for (const [value, when] of seen) {
      const judged = judge(rule, standing, value, when, minuteMs + longestGapMs);
      standing = judged.standing;
      if (judged.turn === 'fired') firings += 1;
    }
  }
  return firings;
}
