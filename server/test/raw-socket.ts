import type { WebSocket } from 'ws';

export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** graphql-transport-ws by hand, for what a well-behaved client would not do. */
export interface RawSocket {
  readonly wire: WebSocket;
  readonly heard: Message[];
  readonly closed: Promise<{ code: number; reason: string }>;
  send(message: object | string): void;
  subscribe(id: string, query: string, variables?: Record<string, unknown>): void;
  /** The first message, also of those heard already, that fits; refuses after 5 s or when closed. */
  hear(fits: (message: Message) => boolean): Promise<Message>;
}

/** Says `connection_init` once the socket is open. @param payload of connection_init */
export function speak(wire: WebSocket, payload: Record<string, unknown> = {}): RawSocket {
  const heard: Message[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  let over = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    wire.once('close', (code, reason) => {
      over = true;
      resolve({ code, reason: reason.toString() });
      changed();
    });
  });
  const send = (message: object | string) =>
    wire.send(typeof message === 'string' ? message : JSON.stringify(message));
  wire.once('open', () => send({ type: 'connection_init', payload }));
  wire.on('message', (data) => {
    heard.push(JSON.parse((data as Buffer).toString()) as Message);
    changed();
  });
  return {
    wire,
    heard,
    closed,
    send,
    subscribe: (id, query, variables = {}) =>
      send({ type: 'subscribe', id, payload: { query, variables } }),
    hear: (fits) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void) => {
          listeners.delete(look);
          clearTimeout(timer);
          settle();
        };
        let seen = 0;
        const look = () => {
          const found = heard.slice(seen).find(fits);
          seen = heard.length;
          if (found) finish(() => resolve(found));
          else if (over) finish(() => reject(new Error('The socket is closed')));
        };
        const late = () => reject(new Error('Nothing like this was heard for 5 s'));
        const timer = setTimeout(() => finish(late), 5_000);
        listeners.add(look);
        look();
      }),
  };
}

/** Of the protocol: the server has taken the connection. */
export const acknowledged = (message: Message) => message.type === 'connection_ack';

/** The codes of an `error` message, or of a `next` that has errors. */
export function codesOf(message: Message): string[] {
  const { payload } = message;
  const errors = Array.isArray(payload) ? payload : (payload as { errors?: unknown[] }).errors;
  return (errors ?? []).map((error) => (error as { extensions: { code: string } }).extensions.code);
}
