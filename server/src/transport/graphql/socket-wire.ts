import type { Server } from 'graphql-ws';
import type { WebSocket } from 'ws';

const pingMs = 12_000;
const mostMessagesAMinute = 100;

/** Binds one WebSocket to the protocol server: pings, a bound on messages, an orderly end. */
export function serveSocket<Extra>(
  server: Server<Extra>,
  wire: WebSocket,
  extra: Extra,
  onFault: (error: unknown) => void,
): void {
  let answered = true;
  const ping = setInterval(() => {
    if (!answered) return wire.terminate();
    answered = false;
    wire.ping();
  }, pingMs);
  wire.on('pong', () => (answered = true));

  let messages = 0;
  const minute = setInterval(() => (messages = 0), 60_000);

  const closed = server.opened(
    {
      protocol: wire.protocol,
      send: (data) => sendText(wire, data),
      close: (code, reason) => wire.close(code, reason),
      onMessage: (handle) =>
        wire.on('message', (data, isBinary) => {
          if (isBinary) return wire.close(1003, 'Text only');
          if (++messages > mostMessagesAMinute) return wire.close(1008, 'Too many messages');
          handle((data as Buffer).toString()).catch(onFault);
        }),
    },
    extra,
  );
  // A broken frame or a reset: ws closes by itself, the listener keeps it from ending the process.
  wire.on('error', () => wire.terminate());
  wire.once('close', (code, reason) => {
    clearInterval(ping);
    clearInterval(minute);
    void closed(code, reason.toString());
  });
}

/** Resolves when the bytes left this process, so a reader that stopped stops its source too. */
export function sendText(wire: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (wire.readyState !== wire.OPEN) return resolve();
    wire.send(text, () => resolve());
  });
}
