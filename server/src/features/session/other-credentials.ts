type EndAll = (accountId: string) => Promise<number>;

/**
 * What lets somebody in beside sessions, such as access tokens. Rooms above say how an account's
 * end, so that flows below can end them all in the transaction that makes it necessary.
 */
export class OtherCredentials {
  readonly #kinds = new Map<string, EndAll>();

  /** @param kind as the log names how many ended: `accessTokens` */
  register(kind: string, endAll: EndAll): void {
    this.#kinds.set(kind, endAll);
  }

  /** @returns how many ended of each kind; kinds without any are left out */
  async endAll(accountId: string): Promise<Record<string, number>> {
    const ended: Record<string, number> = {};
    for (const [kind, endAll] of this.#kinds) {
      const count = await endAll(accountId);
      if (count > 0) ended[kind] = count;
    }
    return ended;
  }
}
