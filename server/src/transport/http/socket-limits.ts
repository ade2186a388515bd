import { networkOf, parseAddress } from '../../kernel/network/network.js';

/** One open socket's place; given back once, however often `leave` is called. */
export interface SocketSeat {
  /** Counts the socket to a person from now on. @returns false when the person has no seat left. */
  identify(personId: string): boolean;
  leave(): void;
}

/**
 * How many sockets this process keeps open: for each person, and for each address of which nobody
 * has said yet who it is. An IPv6 address counts as its /64, since one host has all of it.
 */
export class SocketLimits {
  readonly #people = new Seats();
  readonly #addresses = new Seats();

  constructor(readonly limits = { perPerson: 10, perAddress: 5 }) {}

  /**
   * A seat for a socket that has not said who it is. Unknown addresses (null) share one count.
   * @returns null when the address has no seat left.
   */
  enter(address: string | null): SocketSeat | null {
    return this.#seat(this.#addresses.take(addressKey(address), this.limits.perAddress));
  }

  /** A seat for a socket whose person is known at once. @returns null when none is left. */
  enterAs(personId: string): SocketSeat | null {
    return this.#seat(this.#people.take(personId, this.limits.perPerson));
  }

  #seat(taken: (() => void) | null): SocketSeat | null {
    if (!taken) return null;
    let giveBack: (() => void) | null = taken;
    return {
      identify: (personId) => {
        const next = giveBack && this.#people.take(personId, this.limits.perPerson);
        if (!next) return false;
        giveBack?.();
        giveBack = next;
        return true;
      },
      leave: () => {
        giveBack?.();
        giveBack = null;
      },
    };
  }
}

class Seats {
  readonly #taken = new Map<string, number>();

  /** @returns what gives the seat back, or null when all are taken. */
  take(key: string, limit: number): (() => void) | null {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= limit) return null;
    this.#taken.set(key, taken + 1);
    return () => {
      const left = (this.#taken.get(key) ?? 1) - 1;
      // An entry that stays at nought would be kept for every address ever seen.
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}

function addressKey(text: string | null): string {
  const address = text === null ? null : parseAddress(text);
  return address ? networkOf(address, { v4: 32, v6: 64 }) : 'unknown';
}
