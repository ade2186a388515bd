/** Hour at which "tomorrow morning" begins. */
const morning = 8;

export type SnoozeChoice = 'hour' | 'tomorrow' | 'week';

/** Wall-clock hours are the device's: "tomorrow morning" is where the person is. */
export function snoozeUntil(choice: SnoozeChoice, now = new Date()): Date {
  const until = new Date(now);
  if (choice === 'hour') until.setHours(until.getHours() + 1);
  if (choice === 'week') until.setDate(until.getDate() + 7);
  if (choice === 'tomorrow') {
    until.setDate(until.getDate() + 1);
    until.setHours(morning, 0, 0, 0);
  }
  return until;
}
