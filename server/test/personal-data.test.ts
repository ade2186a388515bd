import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';

/**
 * Tables that know an account and answer to nobody for it: what is in them goes with the account's
 * row, and is nothing that an export would tell. Each with the reason.
 */
const goWithTheAccount: Record<string, string> = {
  link: 'secrets of mailed links, kept as hashes for hours',
  session: 'secrets of cookies; the sign-ins themselves are in the activity',
  password: 'a hash',
  totp: 'a sealed secret',
  recovery_code: 'hashes',
  passkey_user: 'a random name for authenticators',
  passkey_ceremony: 'challenges of minutes',
  sign_in_challenge: 'hashes of what minutes end',
  signal_code: 'hashes of codes, for minutes',
};

interface Reference {
  readonly table: string;
  readonly column: string;
  /** As pg_constraint has it: c cascade, n set null; null without a foreign key. */
  readonly onDelete: string | null;
}

const references = `
  select c.relname as "table", a.attname as "column", f.confdeltype as "onDelete"
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
    and f.confrelid = 'public.account'::regclass and a.attnum = any(f.conkey)
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and (f.oid is not null or a.attname ~ '(^|_)account_id$')`;

let app: TestApp;
let found: Reference[];
beforeAll(async () => {
  app = await createTestApp();
  found = await app.unit(() => app.kernel.database.query<Reference>(references));
});
afterAll(() => app.close());

describe('every table that knows an account', () => {
  test('is answered for by one room, or goes with the account for a reason', () => {
    const owned = app.house.personalData.flatMap(({ tables }) => tables);
    expect(owned).toEqual([...new Set(owned)]);
    const known = [...owned, ...Object.keys(goWithTheAccount)];
    expect(known).toEqual([...new Set(known)]);
    const tables = [...new Set(found.map(({ table }) => table))];
    expect(tables.filter((table) => !known.includes(table))).toEqual([]);
  });

  test('goes with the account where it is said to', () => {
    const said = found.filter(({ table }) => table in goWithTheAccount);
    expect(said.filter(({ onDelete }) => onDelete !== 'c')).toEqual([]);
    const tables = said.map(({ table }) => table);
    expect(Object.keys(goWithTheAccount).filter((table) => !tables.includes(table))).toEqual([]);
  });
});
