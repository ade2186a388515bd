import { Lucia, TimeSpan } from 'lucia';
import type { Adapter } from 'lucia';
import type { NewSession, SessionLookup, SessionStore } from './session-store.js';

interface Attributes {
  /** Of a session about to be made. */
  made?: NewSession;
  /** Of a session that was found: what the request needs to know, from the same statement. */
  found?: SessionLookup;
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<Attributes>;
    DatabaseSessionAttributes: Attributes;
  }
}

/**
 * The one file that knows lucia, whose life cycle sessions follow. It is given SHA-256(secret) as
 * the id, so no table holds what a cookie holds.
 */
export function luciaOver(store: SessionStore): Lucia<Attributes> {
  const adapter: Adapter = {
    async getSessionAndUser(hash) {
      const found = await store.find(hash);
      if (!found) return [null, null];
      const userId = found.accountId;
      return [
        { id: hash, userId, expiresAt: found.endsAt, attributes: { found } },
        { id: userId, attributes: {} },
      ];
    },
    setSession: ({ id, attributes }) => store.insert(id, attributes.made!),
    // Lucia would extend in the second half of a fixed life. Ours has an idle and an absolute end
    // (session-life.ts), kept by `last_active_at`, so there is nothing to write here.
    updateSessionExpiration: async () => {},
    deleteSession: (hash) => store.deleteByHash(hash),
    deleteUserSessions: (accountId) => store.deleteOfAccount(accountId),
    deleteExpiredSessions: () => store.deleteEnded(),
    getUserSessions: async () => {
      throw new Error('Sessions are listed by their id in the API, never by their hash');
    },
  };
  return new Lucia<Attributes>(adapter, {
    sessionExpiresIn: new TimeSpan(30, 'd'),
    getSessionAttributes: (attributes) => attributes,
  });
}
