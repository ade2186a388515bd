type EndAll = (accountId: string) => Promise<number>;

/** Why everything must end: a lost password or the like, unless said. */
type Occasion = 'lock-down';

/**
 * What lets somebody in beside sessions, such as access tokens. Rooms above say how an account's
 * end, so that flows below can end them all in the transaction that makes it necessary.
 */
export class OtherCredentials {
  readonly #kinds = new Map<string, { endAll: EndAll; only: Occasion | null }>();

  /**
   * @param kind as the log names how many ended: `accessTokens`
   * @param options `only`: on no other occasion, as keys that live on other machines
   */
  register(kind: string, endAll: EndAll, options: { only?: Occasion } = {}): void {
    this.#kinds.set(kind, { endAll, only: options.only ?? null });
  }

  /** @returns how many ended of each kind; kinds without any are left out */
  async endAll(accountId: string, occasion?: Occasion): Promise<Record<string, number>> {
    const ended: Record<string, number> = {};
    for (const [kind, { endAll, only }] of this.#kinds) {
      if (only !== null && only !== occasion) continue;
      const count = await endAll(accountId);
      if (count > 0) ended[kind] = count;
    }
    return ended;
  }
}
