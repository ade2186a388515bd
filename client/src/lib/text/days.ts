/** Calendar days, written YYYY-MM-DD as date fields have them, and the instants at which they begin and end. */
const aDay = /^\d{4}-\d\d-\d\d$/;

export function isDay(text: string): boolean {
  if (!aDay.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The first instant of a day, so many days later, where the person lives. */
export function startOfDay(day: string, zone: string, later: number): string {
  const wall = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000;
  return new Date(instantOf(wall, zone)).toISOString();
}

/** The last second of a day, where the person lives. */
export function endOfDay(day: string, zone: string): string {
  return new Date(Date.parse(startOfDay(day, zone, 1)) - 1000).toISOString();
}

/** So many days later by the calendar of a zone. @param hour of that day; the same time of day without it */
export function daysLater(from: Date, zone: string, days: number, hour?: number): Date {
  const wall = new Date(from.getTime() + offsetAt(from.getTime(), zone));
  wall.setUTCDate(wall.getUTCDate() + days);
  if (hour !== undefined) wall.setUTCHours(hour, 0, 0, 0);
  return new Date(instantOf(wall.getTime(), zone));
}

/** @param wall what the clocks of the zone show, as if it were UTC */
function instantOf(wall: number, zone: string): number {
  // Twice, since the offset at the guess may be another than at the instant itself.
  const guess = wall - offsetAt(wall, zone);
  return wall - offsetAt(guess, zone);
}

/** Milliseconds that a zone's clocks are ahead of UTC. */
function offsetAt(instant: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = format.formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(instant / 1000) * 1000;
}
