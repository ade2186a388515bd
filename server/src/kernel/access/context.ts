import type { Get } from '../get.js';
import type { Viewer } from './viewer.js';

/** What a resolver may do to the answer beyond its data. */
export interface Reply {
  /** Sets the session cookie by the same response, and makes its account the viewer of what follows. @param maxAge seconds; null ends with the browser. */
  setSession(secret: string, maxAge: number | null): Promise<void>;
  clearSession(): void;
  /**
   * A secret that this browser keeps beside its session: what was begun here (a challenge, a
   * ceremony) is bound to its hash, so that it cannot be finished elsewhere.
   */
  browser(): string;
}

/** Given to every resolver; made once an operation, and anew for each event of a subscription. */
export interface Context {
  viewer: Viewer;
  readonly reply: Reply;
  /** For `subscribe` functions, which belong to no instance. */
  readonly get: Get;
  /** Per-operation stores of extension resolvers (loaders), by the class that owns them. */
  readonly loaders: Map<unknown, unknown>;
}
