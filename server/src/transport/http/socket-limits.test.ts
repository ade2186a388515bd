import { describe, expect, it } from 'vitest';
import { SocketLimits } from './socket-limits.js';

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('sockets of nobody yet', () => {
  it('are five an address', () => {
    const limits = new SocketLimits();
    const seats = times(5).map(() => limits.enter('192.0.2.7'));
    expect(seats).not.toContain(null);
    expect(limits.enter('192.0.2.7')).toBeNull();
    expect(limits.enter('192.0.2.8')).not.toBeNull();
    seats[0]?.leave();
    expect(limits.enter('192.0.2.7')).not.toBeNull();
  });

  it('share their count within one IPv6 network, and when the address is unknown', () => {
    const limits = new SocketLimits({ perPerson: 10, perAddress: 1 });
    expect(limits.enter('2001:db8::1')).not.toBeNull();
    expect(limits.enter('2001:db8::2:1')).toBeNull();
    expect(limits.enter('2001:db8:0:1::1')).not.toBeNull();
    expect(limits.enter(null)).not.toBeNull();
    expect(limits.enter(null)).toBeNull();
  });

  it('leave once, however often they say so', () => {
    const limits = new SocketLimits({ perPerson: 10, perAddress: 2 });
    const seat = limits.enter('192.0.2.7');
    limits.enter('192.0.2.7');
    seat?.leave();
    seat?.leave();
    expect(limits.enter('192.0.2.7')).not.toBeNull();
    expect(limits.enter('192.0.2.7')).toBeNull();
  });
});

describe('sockets of a person', () => {
  it('are ten, from whatever addresses, and free the place of their address', () => {
    const limits = new SocketLimits();
    const seats = times(10).map(() => limits.enter('192.0.2.7'));
    expect(seats.slice(0, 5).map((seat) => seat?.identify('anna'))).toEqual(
      times(5).map(() => true),
    );
    for (const index of times(5))
      expect(limits.enter(`192.0.2.${index}`)?.identify('anna')).toBe(true);
    expect(limits.enter('192.0.2.7')).not.toBeNull();
    const eleventh = limits.enter('198.51.100.1');
    expect(eleventh?.identify('anna')).toBe(false);
    expect(limits.enterAs('anna')).toBeNull();
    expect(eleventh?.identify('berta')).toBe(true);
    seats[0]?.leave();
    expect(limits.enterAs('anna')).not.toBeNull();
  });

  it('that was refused still holds the place of its address until it leaves', () => {
    const limits = new SocketLimits({ perPerson: 0, perAddress: 1 });
    const seat = limits.enter('192.0.2.7');
    expect(seat?.identify('anna')).toBe(false);
    expect(limits.enter('192.0.2.7')).toBeNull();
    seat?.leave();
    expect(limits.enter('192.0.2.7')).not.toBeNull();
  });

  it('cannot come back to life after they left', () => {
    const limits = new SocketLimits({ perPerson: 1, perAddress: 1 });
    const seat = limits.enter('192.0.2.7');
    seat?.leave();
    expect(seat?.identify('anna')).toBe(false);
    expect(limits.enterAs('anna')).not.toBeNull();
  });
});
