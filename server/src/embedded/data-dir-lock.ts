import { DatabaseSync } from 'node:sqlite';
import { EmbeddedPostgresFailure } from './failure.js';

const SQLITE_BUSY = 5;

/**
 * A lock that the kernel gives back when its holder dies, however it dies: no process id that could be stale or used again. Node has no
 * flock of its own, but SQLite takes the same lock portably.
 *
 * @returns how to give it back, or undefined while another process (or another caller here) holds it
 */
export function tryLock(file: string): (() => void) | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file);
    lock.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    const held = lock;
    return () => held.close();
  } catch (error) {
    lock?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
      return undefined;
    throw new EmbeddedPostgresFailure(
      `${file} cannot be locked (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}
