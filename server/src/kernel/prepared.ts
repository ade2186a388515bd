import pg from 'pg';

const names = new Map<string, string>();

/**
 * Marks a statement that is asked all the time: each connection plans it once instead of at every
 * call, which is most of the cost of a small read. Only for texts of which there are few, and which
 * name their columns: after a migration by a newer server beside this one a `*` would fail here.
 */
export function prepared(sql: string): string {
  if (!names.has(sql)) names.set(sql, `gatehouse_${names.size + 1}`);
  return sql;
}

/** pg's client, which gives prepared statements the name that Kysely has no place for. */
export class PreparingClient extends pg.Client {
  override query(...given: unknown[]): never {
    const [text, values, ...rest] = given;
    const name = typeof text === 'string' ? names.get(text) : undefined;
    const call = name === undefined ? given : [{ name, text, values }, ...rest];
    return super.query.apply(this, call as never) as never;
  }
}
