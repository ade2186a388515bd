import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back to the system what only the start needed: V8 would keep it in reserve for as long as the
 * process lives, almost half of what the server holds when nobody is there. It takes a fifth of a second.
 */
export function letGoOfStart(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  collect({ execution: 'sync', flavor: 'last-resort' });
}
