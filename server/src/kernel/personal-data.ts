import type { Database } from './database/database.js';
import type { Json } from './live/live.js';

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

/** Every room's share. Filled once all rooms stand, so whoever asks waits for a call. */
export class PersonalDataRooms {
  #rooms: readonly PersonalData[] = [];

  register(rooms: readonly PersonalData[]): void {
    this.#rooms = rooms;
  }

  get all(): readonly PersonalData[] {
    return this.#rooms;
  }
}

/**
 * The share of a room whose rows carry an `account_id` and can be told as they are.
 * @param columns by table: what an export tells, as SQL; null: only erased, since it tells nothing
 */
export function personalTables(
  database: Database,
  name: string,
  columns: Readonly<Record<string, string | null>>,
): PersonalData {
  const told = Object.entries(columns).filter(([, list]) => list !== null);
  return {
    name,
    tables: Object.keys(columns),
    async export(accountId) {
      const all: Record<string, Json> = {};
      for (const [table, list] of told) {
        const [row] = await database.query<{ rows: Json }>(
          `select coalesce(jsonb_agg(to_jsonb(one)), '[]') as rows
           from (select ${list} from ${table} where account_id = $1) as one`,
          [accountId],
        );
        all[table] = row!.rows;
      }
      return all;
    },
    async erase(accountId) {
      for (const table of Object.keys(columns)) {
        await database.query(`delete from ${table} where account_id = $1`, [accountId]);
      }
    },
  };
}
