import { describe, expect, it } from 'vitest';
import { features } from '../src/features/index.js';
import { Database } from '../src/kernel/database/database.js';
import { createLog } from '../src/kernel/log/log.js';
import { createTestDatabase } from './database.js';

const log = createLog('silent');

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
}

const readColumns = `
  select c.relname as "table", a.attname as "column",
    format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and a.attnum > 0 and not a.attisdropped`;

describe('every entity', () => {
  it('says of its table what is so: names, types, and what may be null', async () => {
    const made = await createTestDatabase();
    const entities = features.flatMap((feature) => feature.entities ?? []);
    const database = await Database.open({ url: made.url, entities, log });
    const columns = await database.queryApart<Column>(readColumns);
    const metadata = [...database.orm.getMetadata().getAll().values()];
    await database.close();
    await made.drop();
    expect(metadata).toHaveLength(entities.length);
    for (const { tableName, props } of metadata) {
      const table = columns.filter((column) => column.table === tableName);
      const described = props
        .filter((property) => property.fieldNames !== undefined)
        .map((property) => ({
          column: property.fieldNames[0]!,
          type: alike(property.columnTypes[0]!),
          nullable: property.nullable ?? false,
        }));
      const found = described.map(({ column }) => {
        const own = table.find((each) => each.column === column);
        return own && { column, type: alike(own.type), nullable: own.nullable };
      });
      expect({ tableName, columns: found }).toEqual({ tableName, columns: described });
    }
  });
});

/** One name for what PostgreSQL and MikroORM call differently. */
function alike(type: string): string {
  const names: Record<string, string> = {
    'timestamp with time zone': 'timestamptz',
    int: 'integer',
    int4: 'integer',
    bool: 'boolean',
  };
  const plain = type.replace(/\(\d+\)$/, '').replace(/^(timestamptz|varchar)\(\d+\)/, '$1');
  return names[plain] ?? plain;
}
