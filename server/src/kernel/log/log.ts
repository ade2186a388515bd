import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type Log = Logger;

/** Of what libraries write on errors, what quotes a row or a statement, values and all. */
const quoted = new Set(['detail', 'where', 'query', 'internalQuery', 'params']);

/**
 * An error without people's data: PostgreSQL's detail of a refused row is the whole row (an address, a
 * password's hash), MikroORM writes it into the message and so into the stack, and pg hangs its connection
 * on the error. Only plain values are kept beside the message and the frames of the stack.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const plain = Object.entries(error).filter(
    ([name, value]) => !quoted.has(name) && !['object', 'function'].includes(typeof value),
  );
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at \S/.test(line));
  return {
    type: error.constructor.name,
    ...Object.fromEntries(plain),
    message: error.message.split('\n - detail: ')[0],
    stack: frames.join('\n'),
    ...(depth < 3 && error.cause instanceof Error
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}

/**
 * One JSON line an event. Whatever could be a credential is cut by name, as a second net behind
 * the rule that nobody logs secrets, tokens or bodies.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeError(error) },
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
