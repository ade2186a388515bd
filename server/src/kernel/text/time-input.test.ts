import { describe, expect, test } from 'vitest';
import { parseDuration, readDuration, readInstant } from './time-input.js';

describe('a time that somebody wrote', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['10min', 600],
    ['10 min', 600],
    ['10 Minutes', 600],
    ['2h', 7_200],
    ['1h30m', 5_400],
    ['1h 30 min', 5_400],
    ['1.5h', 5_400],
    ['1,5 hours', 5_400],
    ['3d', 259_200],
    ['3 days', 259_200],
    ['2w', 1_209_600],
    ['0', 0],
  ])('%j is so many seconds', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', 'soon', '-1h', 'h', '2 fortnights', '1h!', '1e3s', '99999999s', '1.2345h'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeNull();
      expect(() => readDuration(text, 'for')).toThrow(/10min/);
    },
  );

  test('a number alone is of the unit that is meant', () => {
    expect(parseDuration('24', 'h')).toBe(86_400);
    expect(parseDuration('90min', 'h')).toBe(5_400);
  });
});

describe('an instant that somebody wrote', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  test.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T08:00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T08:00+01:00', '2026-03-01T07:00:00.000Z'],
    ['2h', '2026-11-28T10:00:00.000Z'],
    ['7 days', '2026-11-21T12:00:00.000Z'],
    // Not the machine's zone, which differs from one to the next.
    ['2026-03-01 08:00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01 08:00:30', '2026-03-01T08:00:30.000Z'],
    ['2026-03-01 08:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01t08:00', '2026-03-01T08:00:00.000Z'],
  ])('%j is %s', (text, expected) => {
    expect(readInstant(text, 'since', now).toISOString()).toBe(expected);
  });

  test.each([
    ...['', 'yesterday', '2026-13-01', '20', '1', '28.11.2026', '2026-02-31', '2026-3-1'],
    // Long before there were computers; PostgreSQL has no such days, and JavaScript not all of them.
    ...['999999w', '999999w '.repeat(20), '0001-01-01', '2026-03-01T08', '2026- 03'],
  ])('%j is none', (text) => {
    expect(() => readInstant(text, 'since', now)).toThrow(/how long ago/);
  });
});
