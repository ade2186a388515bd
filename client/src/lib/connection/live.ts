import type { Client } from '@urql/core';
import { InboxLiveDocument } from '../graphql/generated/documents.ts';
import type { InboxLiveSubscription } from '../graphql/generated/documents.ts';
import { failureFrom } from './failure.ts';
import { closeCodes } from './socket.ts';
import type { Socket } from './socket.ts';

/** `ended` is final: the session is over, or the account or address is refused. */
export type LiveState = 'off' | 'connecting' | 'live' | 'interrupted' | 'ended';
export type LiveEnd = 'session-ended' | 'refused';
export type InboxEvent = InboxLiveSubscription['inbox'];

export interface Live {
  readonly state: LiveState;
  readonly end: LiveEnd | undefined;
  /**
   * @param position of the page that is shown: what happened since is caught up with. Without one, everything
   * that is shown is asked for anew once the connection stands.
   */
  start(position?: string): void;
  /** Lets the socket go, to go on later from where it was. */
  pause(): void;
  resume(): void;
  stop(): void;
  onState(listener: (state: LiveState) => void): () => void;
  onEvent(listener: (event: InboxEvent) => void): () => void;
}

/** No place in the stream: the server answers it with InboxReset, before anything else. */
const nowhere = '';
const firstWait = 500;
const longestWait = 30_000;
/** A connection that held this long was a good one: the next trouble is a new one. */
const steady = 10_000;

/** Full jitter, so that a restarted server is not met by everybody at once. @returns milliseconds */
export function waitBefore(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestWait, firstWait * 2 ** attempt);
  return ceiling / 2 + (random() * ceiling) / 2;
}

/**
 * Keeps the inbox's subscription running. Invariant: every attempt begins at the position of the last event
 * seen, so that nothing is missed; what comes twice, the cache recognises by its id.
 */
export function createLive(urql: Client, socket: Socket): Live {
  const stateListeners = new Set<(state: LiveState) => void>();
  const eventListeners = new Set<(event: InboxEvent) => void>();
  let state: LiveState = 'off';
  let end: LiveEnd | undefined;
  let position: string | undefined;
  let attempt = 0;
  let openedAt = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe: (() => void) | undefined;

  function become(next: LiveState): void {
    if (state === next || state === 'ended') return;
    state = next;
    for (const listener of stateListeners) listener(next);
  }

  function finish(why: LiveEnd): void {
    end = why;
    hangUp();
    become('ended');
  }

  function hangUp(): void {
    clearTimeout(timer);
    timer = undefined;
    unsubscribe?.();
    unsubscribe = undefined;
  }

  function open(): void {
    hangUp();
    if (state !== 'interrupted') become('connecting');
    const variables = { after: position ?? nowhere };
    const subscription = urql
      .subscription<InboxLiveSubscription>(InboxLiveDocument, variables)
      .subscribe(({ data, error, hasNext }) => {
        if (data) receive(data.inbox);
        const code = error && failureFrom(error).code;
        if (code === 'UNAUTHENTICATED') finish('session-ended');
        else if (code === 'FORBIDDEN' || code === 'ACCOUNT_DISABLED' || code === 'IP_NOT_ALLOWED')
          finish('refused');
        else if (error || !hasNext) retry();
      });
    unsubscribe = subscription.unsubscribe;
  }

  function receive(event: InboxEvent): void {
    position = event.position;
    attempt = 0;
    for (const listener of eventListeners) listener(event);
  }

  function retry(): void {
    if (state === 'off' || state === 'ended' || timer !== undefined) return;
    become('interrupted');
    if (Date.now() - openedAt > steady) attempt = 0;
    openedAt = Number.POSITIVE_INFINITY;
    timer = setTimeout(open, waitBefore(attempt));
    attempt += 1;
  }

  socket.onOpened(() => {
    openedAt = Date.now();
    become('live');
  });
  socket.onClosed((code) => {
    if (code === closeCodes.sessionEnded) finish('session-ended');
    else if (code === closeCodes.refused) finish('refused');
    else retry();
  });

  return {
    get state() {
      return state;
    },
    get end() {
      return end;
    },
    start(from) {
      if (state !== 'off') return;
      position ??= from;
      open();
    },
    pause() {
      if (state === 'ended') return;
      hangUp();
      become('off');
      socket.close();
    },
    resume() {
      if (state === 'off') open();
      else if (state === 'interrupted') {
        attempt = 0;
        open();
      }
    },
    stop() {
      hangUp();
      become('off');
      position = undefined;
      socket.close();
    },
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
  };
}
