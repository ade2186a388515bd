import { describe, expect, it } from 'vitest';
import { quietUntil } from './quiet-hours.js';

const night = { from: '22:00', to: '07:00' };
const until = (now: string, zone: string, times = night) =>
  quietUntil(new Date(now), zone, times)?.toISOString() ?? null;

describe('quiet hours', () => {
  it.each([
    ['2026-11-24T20:59:59Z', 'Europe/Rome', null],
    ['2026-11-24T21:00:00Z', 'Europe/Rome', '2026-11-25T06:00:00.000Z'],
    ['2026-11-25T05:59:59Z', 'Europe/Rome', '2026-11-25T06:00:00.000Z'],
    ['2026-11-25T06:00:00Z', 'Europe/Rome', null],
    ['2026-11-24T22:00:00Z', 'UTC', '2026-11-25T07:00:00.000Z'],
    ['2026-11-24T10:00:00Z', 'Pacific/Auckland', '2026-11-24T18:00:00.000Z'],
    ['2026-11-24T18:00:00Z', 'Asia/Kolkata', '2026-11-25T01:30:00.000Z'],
  ])('at %s in %s last until %s', (now, zone, ends) => {
    expect(until(now, zone)).toBe(ends);
  });

  it('by day are as good', () => {
    const lunch = { from: '12:30', to: '14:00' };
    expect(until('2026-11-24T11:29:00Z', 'Europe/Rome', lunch)).toBeNull();
    expect(until('2026-11-24T11:30:00Z', 'Europe/Rome', lunch)).toBe('2026-11-24T13:00:00.000Z');
    expect(until('2026-11-24T13:00:00Z', 'Europe/Rome', lunch)).toBeNull();
  });

  it('are an hour shorter in the night in which the clocks go forward, and longer when back', () => {
    expect(until('2026-03-28T21:00:00Z', 'Europe/Rome')).toBe('2026-03-29T05:00:00.000Z');
    expect(until('2026-10-24T20:00:00Z', 'Europe/Rome')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('that end in an hour which does not exist end when the clock has jumped over it', () => {
    const times = { from: '22:00', to: '02:30' };
    expect(until('2026-03-28T23:00:00Z', 'Europe/Rome', times)).toBe('2026-03-29T01:00:00.000Z');
  });

  it('that end in an hour which comes twice end the first time', () => {
    const times = { from: '22:00', to: '02:30' };
    expect(until('2026-10-24T23:00:00Z', 'Europe/Rome', times)).toBe('2026-10-25T00:30:00.000Z');
    expect(until('2026-10-25T00:45:00Z', 'Europe/Rome', times)).toBeNull();
  });

  it('of no length are none', () => {
    expect(until('2026-11-24T21:00:00Z', 'UTC', { from: '21:00', to: '21:00' })).toBeNull();
  });
});
