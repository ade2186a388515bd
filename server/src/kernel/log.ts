import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/**
 * One JSON line an event. Whatever could be a credential is cut by name, as a second net behind
 * the rule that nobody logs secrets, tokens or bodies.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'password',
        'secret',
        'token',
        'authorization',
        'cookie',
        '*.password',
        '*.secret',
        '*.token',
        '*.authorization',
        '*.cookie',
      ],
      censor: '…',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
