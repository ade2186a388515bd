import { WebSocket } from 'ws';

export interface SocketOptions {
  readonly port: number;
  /** The Origin that sockets with a cookie must show. */
  readonly origin: string;
  readonly cookie: string;
  /** Subscribes over graphql-transport-ws with this payload; null: a raw socket. */
  readonly subscribe: object | null;
}

/** Resolves once it is open, and for GraphQL acknowledged and subscribed; `hear` gets every later frame. */
export function openSocket(
  { port, origin, cookie, subscribe }: SocketOptions,
  hear: (frame: string) => void,
  closed: (error: Error) => void = () => {},
): Promise<WebSocket> {
  const protocols = subscribe ? ['graphql-transport-ws'] : [];
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, protocols, {
    headers: { cookie, origin },
    perMessageDeflate: false,
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(error);
      closed(error);
    };
    socket.on('error', fail);
    socket.on('close', (code, reason) => fail(new Error(`closed ${code} ${String(reason)}`)));
    socket.on('open', () => (subscribe ? send({ type: 'connection_init' }) : resolve(socket)));
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      if (subscribe && text.includes('"connection_ack"')) {
        send({ id: '1', type: 'subscribe', payload: subscribe });
        return resolve(socket);
      }
      hear(text);
    });
  });
}

/** What an open page listens to. `after`: a position, so that nothing said meanwhile is missed. */
export const inboxSubscription = (after: string) => ({
  query: `subscription Inbox($after: String) { inbox(after: $after) {
    __typename
    ... on NotificationAdded { unreadCount position
      notification { id type severity title body url data createdAt readAt dismissedAt snoozedUntil } }
    ... on NotificationsChanged { change ids unreadCount position }
    ... on InboxReset { unreadCount position } } }`,
  variables: { after },
});
