import type { LiveListener, LiveMessage } from './live.js';

/** PostgreSQL refuses payloads of 8000 bytes and more; what is larger nobody should wait for anyway. */
const mostBytes = 7_900;

/** Who listens on this server, and how a message is written for the others. */
export class LiveListeners {
  readonly #topics = new Map<string, Set<LiveListener>>();

  subscribe(topic: string, listener: LiveListener): () => void {
    const listeners = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** @returns whether the payload was one of ours: others may write to the same channel */
  hear(payload: string): boolean {
    const said = read(payload);
    if (!said) return false;
    for (const listener of this.#topics.get(said.topic) ?? []) listener(said.message);
    return true;
  }

  /** What was said meanwhile is gone: everybody reads anew. */
  tellAllToReadAnew(): void {
    for (const listeners of this.#topics.values()) {
      for (const listener of listeners) listener(null);
    }
  }
}

export function writeLive(topic: string, message: LiveMessage): string {
  const whole = JSON.stringify({ topic, message });
  return Buffer.byteLength(whole) <= mostBytes ? whole : JSON.stringify({ topic, message: null });
}

function read(payload: string): { topic: string; message: LiveMessage | null } | null {
  try {
    return JSON.parse(payload) as { topic: string; message: LiveMessage | null };
  } catch {
    return null;
  }
}
