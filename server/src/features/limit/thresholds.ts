import { percentOf } from './limit.js';

export type Told = 0 | 80 | 95;

/** One thing to tell: a threshold was passed on the way up, or all is well again. */
export interface Crossing {
  readonly threshold: 80 | 95;
  readonly event: 'exceeded' | 'back_to_normal';
}

const thresholds = [80, 95] as const;
/** Points below a threshold that usage must fall before it counts as below; else a file that comes and goes tells every time. */
const hysteresis = 5;

/**
 * What is to be told now, and what is then told. Each threshold is told once on the way up; falling
 * below the lower one tells once, falling below the upper one only arms it again.
 */
export function crossingsOf(
  told: Told,
  used: number,
  limit: number,
): { told: Told; crossings: Crossing[] } {
  const percent = percentOf(used, limit) ?? 0;
  const up = thresholds.filter((threshold) => threshold > told && percent >= threshold);
  if (up.length > 0) {
    return {
      told: up.at(-1)!,
      crossings: up.map((threshold) => ({ threshold, event: 'exceeded' })),
    };
  }
  const held = thresholds.filter((at) => at <= told && percent >= at - hysteresis);
  const now = held.at(-1) ?? 0;
  const isBack = told > 0 && now === 0;
  return { told: now, crossings: isBack ? [{ threshold: 80, event: 'back_to_normal' }] : [] };
}
