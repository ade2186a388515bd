import type { Json } from './live.js';

/**
 * What a room keeps about a person. Whoever exports or deletes an account asks every room by this
 * port, and a test holds the tables against it, so that none is forgotten.
 */
export interface PersonalData {
  /** What it is called in an export: `activity` becomes `activity.json`. */
  readonly name: string;
  /** The tables it answers for, by name. */
  readonly tables: readonly string[];
  /** Everything stored about the account in these tables, but no secret and no hash of one. */
  export(accountId: string): Promise<Json>;
  /** What is no JSON, such as pictures; goes beside it in the export. */
  files?(accountId: string): Promise<readonly { name: string; content: Buffer }[]>;
  /**
   * Leaves nothing personal in these tables. Called in the transaction that deletes the account,
   * while its row is still there.
   */
  erase(accountId: string): Promise<void>;
}
