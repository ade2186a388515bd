const minutesOfDay = 1_440;
/** A day, and what a change of the clocks may add. */
const mostMinutes = minutesOfDay + 180;

export interface QuietTimes {
  /** As `22:00`. */
  readonly from: string;
  readonly to: string;
}

/** Minutes since midnight of `22:00`; null when it is no time of day. */
function minutesOf(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/**
 * When quiet hours that are in force now end, by the clock on the person's wall: where the clocks
 * are put forward or back, the first minute that his clock shows as outside of them.
 * @returns null when they are not in force
 */
export function quietUntil(now: Date, zone: string, { from, to }: QuietTimes): Date | null {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  if (begins === null || ends === null || begins === ends) return null;
  const clock = wallClock(zone);
  const isQuiet = (minute: number) =>
    begins < ends ? minute >= begins && minute < ends : minute >= begins || minute < ends;
  const start = Math.floor(now.getTime() / 60_000);
  if (!isQuiet(clock(start))) return null;
  const left = (ends - clock(start) + minutesOfDay) % minutesOfDay;
  // Not further ahead than the clocks could have been moved meanwhile.
  for (let ahead = Math.max(1, left - 180); ahead <= mostMinutes; ahead++) {
    if (!isQuiet(clock(start + ahead))) return new Date((start + ahead) * 60_000);
  }
  return null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes of the epoch to minutes of the local day. */
function wallClock(zone: string): (minute: number) => number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(zone, format);
  return (minute) => minutesOf(format.format(minute * 60_000))!;
}
