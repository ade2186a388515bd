export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A hint that something changed. The table is the truth: a lost hint shows at the next contact. */
export type LiveMessage = { [key: string]: Json };

/**
 * `null`: too large to be carried, or the connection was lost meanwhile; whoever listens must read
 * anew what the topic is about.
 */
export type LiveListener = (message: LiveMessage | null) => void;

/** Between servers and sockets. Every implementation passes live.contract.ts. */
export interface LiveEvents {
  /** Heard by every server once the running transaction is committed, and never if it is not. */
  publish(topic: string, message: LiveMessage): Promise<void>;
  /** Returns how to stop listening. */
  subscribe(topic: string, listener: LiveListener): () => void;
  open(): Promise<void>;
  close(): Promise<void>;
}
