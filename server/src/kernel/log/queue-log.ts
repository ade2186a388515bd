import { Logger } from 'graphile-worker';
import type { Log } from './log.js';

/** The queue's own messages, as lines of our log. Its chatter about every job is for debugging. */
export function queueLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.error({ part: 'queue' }, message);
    else if (level === 'warning') log.warn({ part: 'queue' }, message);
    else log.debug({ part: 'queue' }, message);
  });
}
