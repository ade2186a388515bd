import { refuse } from '../errors.js';

const seconds: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3_600,
  hour: 3_600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
};

/**
 * A time as people write it: `90s`, `10 min`, `2h`, `1h30m`, `3 days`, `2w`.
 * @param unit of a number alone, such as `h`
 * @returns seconds, null when it is none
 */
export function parseDuration(text: string, unit: keyof typeof seconds = 's'): number | null {
  const clean = text.trim().toLowerCase();
  if (/^\d{1,6}$/.test(clean)) return Number(clean) * seconds[unit]!;
  if (!/^(?:\d{1,6}(?:[.,]\d{1,3})?\s*[a-z]+\s*)+$/.test(clean)) return null;
  let sum = 0;
  for (const [, number = '', name = ''] of clean.matchAll(/(\d+(?:[.,]\d+)?)\s*([a-z]+)/g)) {
    const each = seconds[name] ?? seconds[name.replace(/s$/, '')];
    if (each === undefined) return null;
    sum += Number(number.replace(',', '.')) * each;
  }
  return sum;
}

/** @throws BAD_USER_INPUT with the field */
export function readDuration(text: string, field: string, unit?: keyof typeof seconds): number {
  const found = parseDuration(text, unit);
  return found ?? refuse('BAD_USER_INPUT', 'Write a time such as 90s, 10min, 2h or 3d.', { field });
}

/** A day, or a day and a time, with its zone or without. */
const instant =
  /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?) ?(z|[+-]\d\d:\d\d)?)?$/;
/** Before it nothing happened here; without an end PostgreSQL or JavaScript has no such day. */
const earliest = Date.UTC(1970);

/**
 * An instant as people write it: a day or a time, which are UTC unless told, or how long ago it is.
 * @throws BAD_USER_INPUT with the field
 */
export function readInstant(text: string, field: string, now: Date): Date {
  const date = parseInstant(text.trim().toLowerCase(), now);
  if (date && date.getTime() >= earliest) return date;
  const message = 'Write it as 2026-03-01, 2026-03-01T08:00Z, or how long ago it is: 2h, 7d.';
  return refuse('BAD_USER_INPUT', message, { field });
}

function parseInstant(clean: string, now: Date): Date | null {
  const ago = /^\d+$/.test(clean) ? null : parseDuration(clean);
  if (ago !== null) return new Date(now.getTime() - ago * 1_000);
  const [, day, time = '00:00', zone = 'z'] = instant.exec(clean) ?? [];
  if (day === undefined || !isDay(day)) return null;
  return new Date(`${day}T${time}${zone.toUpperCase()}`);
}

/** JavaScript takes 31 February for 3 March. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
