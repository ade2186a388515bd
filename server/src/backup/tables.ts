import type pg from 'pg';

export interface TableContent {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * What is left out: transaction ids belong to one cluster, and the restored rows get the ids of the
 * restoring transaction by their default; generated columns make themselves; the numbers of
 * migrations are the restoring program's own.
 */
const tablesSql = `
  select format('%I.%I', n.nspname, c.relname) as name, c.oid::text as oid,
    (select array_agg(quote_ident(a.attname) order by a.attnum)
     from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and not (a.atttypid = 'xid8'::regtype and a.atthasdef)) as columns,
    array(select f.confrelid::text from pg_constraint f
      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid
      order by f.confrelid::regclass::text) as needs
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and (n.nspname = 'public' and c.relname <> 'migration'
    or n.nspname = 'graphile_worker' and c.relname like '\\_private\\_%')
  order by 1`;

/** Every table with content, those that others refer to first. */
export async function readTables(client: pg.ClientBase): Promise<TableContent[]> {
  const { rows } = await client.query<TableContent & { oid: string; needs: string[] }>(tablesSql);
  const byOid = new Map(rows.map((row) => [row.oid, row]));
  const ordered = new Map<string, TableContent>();
  const visit = (oid: string, path: readonly string[]) => {
    const row = byOid.get(oid);
    if (!row || ordered.has(oid)) return;
    if (path.includes(oid)) throw new Error(`Tables refer to each other in a circle: ${row.name}`);
    for (const need of row.needs) visit(need, [...path, oid]);
    ordered.set(oid, { name: row.name, columns: row.columns });
  };
  for (const { oid } of rows) visit(oid, []);
  return [...ordered.values()];
}

/** Counters of identity and serial columns go on after the greatest number that is there. */
export async function continueSequences(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(`
    select pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) as sequence,
      format('%I.%I', n.nspname, c.relname) as table, quote_ident(a.attname) as column
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker') and a.attnum > 0
      and pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) is not null`);
  for (const { sequence, table, column } of rows) {
    await client.query(
      `select setval($1, coalesce((select max(${column}) from ${table}), 0) + 1, false)`,
      [sequence],
    );
  }
}
