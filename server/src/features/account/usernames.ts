import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { refuse } from '../../kernel/errors.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { systemUsernames } from './system-usernames.js';

/** Whether a name is spoken for though no account has it. Rooms above register theirs. */
export interface UsernameRule {
  isReserved(username: string, viewer: Viewer): Promise<boolean>;
}

/** Which usernames nobody may choose, beyond those that accounts have. */
export class Usernames {
  readonly #rules: UsernameRule[] = [];

  /** @param storageRoot the directory with one folder per username; null: none */
  constructor(private readonly storageRoot: string | null) {}

  register(rule: UsernameRule): void {
    this.#rules.push(rule);
  }

  /** @throws TAKEN field `username` */
  async refuseReserved(viewer: Viewer, username: string): Promise<void> {
    // Names that the machine itself uses would own that folder and those files.
    if (viewer.kind === 'anonymous') {
      if (systemUsernames.has(username) || (await this.#hasFolder(username))) {
        refuse('TAKEN', 'This username belongs to the system. Choose another.', {
          field: 'username',
        });
      }
    }
    for (const rule of this.#rules) {
      if (await rule.isReserved(username, viewer)) {
        refuse('TAKEN', 'This username is taken.', { field: 'username' });
      }
    }
  }

  /** @param username checked, so that it leads nowhere else; a folder that cannot be looked at counts */
  async #hasFolder(username: string): Promise<boolean> {
    if (this.storageRoot === null) return false;
    try {
      await lstat(join(this.storageRoot, username));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }
}
