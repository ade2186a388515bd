import { describe, expect, test } from 'vitest';
import { checkCondition } from './alert-rule.js';
import { coolDownMs, firingsIn, judge } from './judgement.js';
import type { Standing } from './judgement.js';

const start = Date.parse('2026-11-28T09:00:00Z');
const rule = { metric: 'CPU', threshold: 90, forSeconds: 10, hysteresis: 5 } as const;

/** What is told when these values come every five seconds. */
function turnsOf(values: readonly number[], everyMs = 5_000, condition = rule): string[] {
  let standing: Standing | null = null;
  return values.flatMap((value, index) => {
    const judged = judge(condition, standing, value, new Date(start + index * everyMs));
    standing = judged.standing;
    return judged.turn ? [`${judged.turn} at ${index}`] : [];
  });
}

describe('a rule', () => {
  test('fires once when the value stayed for its time, and resolves once below the hysteresis', () => {
    expect(turnsOf([90, 95, 90, 99, 99, 99, 85, 89, 84.9, 10, 10])).toEqual([
      'fired at 2',
      'resolved at 8',
    ]);
  });

  test('does not fire when the value dipped in between', () => {
    expect(turnsOf([95, 95, 89.9, 95, 95, 89.9, 95])).toEqual([]);
  });

  test('fires at once when it asks for no time', () => {
    expect(turnsOf([89, 90], 5_000, { ...rule, forSeconds: 0 } as never)).toEqual(['fired at 1']);
  });

  test('does not count a time in which nobody looked', () => {
    expect(turnsOf([95, 95, 95], 31_000)).toEqual([]);
    expect(turnsOf([95, 95], 30_000)).toEqual(['fired at 1']);
  });

  test('of a value that flaps tells its first turn only, until it has cooled down', () => {
    const flapping = Array.from({ length: 59 }, (_, index) => (index % 6 < 3 ? 95 : 10));
    expect(turnsOf(flapping)).toEqual(['fired at 2', 'resolved at 3']);
    const later = Math.ceil(coolDownMs / 5_000) + 2;
    const values = Array.from({ length: later + 1 }, (_, index) => (index < 3 ? 95 : 10));
    values.splice(later - 1, 2, 95, 95, 95);
    expect(turnsOf(values)).toEqual(['fired at 2', 'resolved at 3', `fired at ${later + 1}`]);
  });
});

describe('what would have fired', () => {
  const minutes = (values: readonly (readonly [number, number])[]) =>
    values.map(([lowest, highest], index) => ({
      at: new Date(start + index * 60_000),
      lowest,
      highest,
    }));

  test('is told from minutes, by the lowest value where a rule asks for a minute or more', () => {
    const longer = { ...rule, forSeconds: 120 };
    const quiet = Array.from({ length: 10 }, () => [5, 20] as const);
    const busy = [
      [95, 99],
      [92, 99],
      [91, 99],
    ] as const;
    const spikes = Array.from({ length: 5 }, () => [40, 99] as const);
    expect(firingsIn(longer, minutes([...busy, ...quiet, ...busy, ...quiet]))).toBe(2);
    expect(firingsIn(longer, minutes(spikes))).toBe(0);
    expect(firingsIn(rule, minutes([...spikes.slice(0, 1), ...quiet]))).toBe(1);
    expect(firingsIn(rule, minutes(quiet))).toBe(0);
    expect(firingsIn(rule, [])).toBe(0);
  });
});

describe('what a rule says', () => {
  test('falls back five points, or a tenth of a load, unless told', () => {
    const given = { threshold: 50, forSeconds: 60 };
    expect(checkCondition({ metric: 'CPU', ...given }).hysteresis).toBe(5);
    expect(checkCondition({ metric: 'LOAD', ...given }).hysteresis).toBe(5);
    expect(checkCondition({ metric: 'LOAD', ...given, threshold: 8 }).hysteresis).toBeCloseTo(0.8);
    expect(checkCondition({ metric: 'DISK', ...given, hysteresis: 0 }).hysteresis).toBe(0);
    expect(checkCondition({ metric: 'CPU', ...given, threshold: 4 }).hysteresis).toBe(2);
  });
});
