import { SpanKind } from '@opentelemetry/api';
import pg from 'pg';
import { activeSpan, traced } from '../log/tracing.js';

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

/** pg's client, which gives prepared statements the name that Kysely has no place for, and times all. */
export class PreparingClient extends pg.Client {
  override query(...given: unknown[]): never {
    const [text, values, ...rest] = given;
    const name = typeof text === 'string' ? names.get(text) : undefined;
    const call = name === undefined ? given : [{ name, text, values }, ...rest];
    const ask = () => super.query.apply(this, call as never) as never;
    if (typeof text !== 'string' || !activeSpan()) return ask();
    return traced(verbOf(text), spanOf(text, values), async () => ask()) as never;
  }
}

const verbOf = (sql: string) => /[a-z]+/i.exec(sql)?.[0].toUpperCase() ?? 'SQL';

/** The text only where its values stand beside it: in others they stand within. */
function spanOf(sql: string, values: unknown) {
  const isOurs = Array.isArray(values) && values.length > 0;
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': verbOf(sql),
    ...(isOurs ? { 'db.query.text': sql.replaceAll(/\s+/g, ' ').trim() } : {}),
  };
  return { kind: SpanKind.CLIENT, attributes };
}
