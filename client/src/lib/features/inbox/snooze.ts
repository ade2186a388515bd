import { daysLater } from '../../text/days.ts';

/** Hour at which "tomorrow morning" begins. */
const morning = 8;
const hourMs = 3_600_000;

export type SnoozeChoice = 'hour' | 'tomorrow' | 'week';

/** By the clocks of the person's zone, which also say until when it was snoozed. */
export function snoozeUntil(choice: SnoozeChoice, zone: string, now = new Date()): Date {
  if (choice === 'hour') return new Date(now.getTime() + hourMs);
  return choice === 'week' ? daysLater(now, zone, 7) : daysLater(now, zone, 1, morning);
}
