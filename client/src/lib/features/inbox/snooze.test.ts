import { expect, test } from 'vitest';
import { snoozeUntil } from './snooze.ts';
import type { SnoozeChoice } from './snooze.ts';

const until = (choice: SnoozeChoice, zone: string, now: string) =>
  snoozeUntil(choice, zone, new Date(now)).toISOString();

test.each([
  ['Europe/Rome', '2026-06-10T21:59:00Z', '2026-06-11T06:00:00.000Z'],
  ['Europe/Rome', '2026-06-10T22:01:00Z', '2026-06-12T06:00:00.000Z'],
  ['Asia/Kathmandu', '2026-06-10T18:10:00Z', '2026-06-11T02:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-06-10T12:00:00Z', '2026-06-11T18:00:00.000Z'],
  ['America/St_Johns', '2026-12-31T23:00:00Z', '2027-01-01T11:30:00.000Z'],
])('tomorrow morning is that of %s', (zone, now, expected) => {
  expect(until('tomorrow', zone, now)).toBe(expected);
});

test.each([
  ['spring', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['autumn', '2026-10-24T20:00:00Z', '2026-10-25T07:00:00.000Z'],
])('the morning after the clocks change in %s is at eight of the new time', (_, now, expected) => {
  expect(until('tomorrow', 'Europe/Rome', now)).toBe(expected);
});

test('a week later it is as late as now, also when the clocks change between', () => {
  expect(until('week', 'Europe/Rome', '2026-10-21T20:30:15Z')).toBe('2026-10-28T21:30:15.000Z');
});

test('an hour is an hour in the night of the change, too', () => {
  expect(until('hour', 'Europe/Rome', '2026-10-25T00:30:00Z')).toBe('2026-10-25T01:30:00.000Z');
});
