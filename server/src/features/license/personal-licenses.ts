import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** A person's licenses and what their keys are called; never a secret. */
export const personalLicenses = (database: Database): PersonalData => ({
  name: 'licenses',
  tables: ['license', 'api_key'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select coalesce(jsonb_agg(jsonb_build_object('product', l.product, 'issuedAt', l.issued_at,
           'revokedAt', l.revoked_at, 'apiKeys', (
             select coalesce(jsonb_agg(jsonb_build_object('label', k.label, 'prefix', k.prefix,
               'createdAt', k.created_at, 'rotatedAt', k.rotated_at, 'lastUsedAt', k.last_used_at)
               order by k.created_at, k.id), '[]')
             from api_key k where k.license_id = l.id)) order by l.issued_at, l.id), '[]') as all
       from license l where l.account_id = $1`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query('delete from license where account_id = $1', [accountId]);
  },
});
