import type { Database } from '../../kernel/database/database.js';

/**
 * Which of these accounts are disabled. Disabling ends sessions and tokens, so a socket whose
 * credential is gone would hear that it ended, and not that nobody may come back.
 */
export async function disabledAmong(
  database: Database,
  accountIds: readonly (string | null)[],
): Promise<ReadonlySet<string | null>> {
  if (accountIds.length === 0) return new Set();
  const rows = await database.query<{ id: string }>(
    'select id from account where id = any($1) and disabled_at is not null',
    [accountIds],
  );
  return new Set(rows.map(({ id }) => id));
}
