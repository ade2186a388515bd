import type { Database } from '../../kernel/database/database.js';
import type { Json } from '../../kernel/live/live.js';
import type { PersonalData } from '../../kernel/personal-data.js';

/** What somebody was told, and what he told others. A message that nobody else has goes with him. */
export const personalNotifications = (database: Database): PersonalData => ({
  name: 'notifications',
  tables: ['notification', 'message'],
  async export(accountId) {
    const [row] = await database.query<{ all: Json }>(
      `select jsonb_build_object(
         'received', (select coalesce(jsonb_agg(jsonb_build_object('type', m.type, 'texts', m.texts,
             'data', m.data, 'url', m.url, 'severity', m.severity, 'createdAt', m.created_at,
             'readAt', n.read_at, 'dismissedAt', n.dismissed_at) order by m.created_at), '[]')
           from notification n join message m on m.id = n.message_id where n.account_id = $1),
         'sent', (select coalesce(jsonb_agg(jsonb_build_object('type', type, 'texts', texts,
             'url', url, 'recipients', recipients, 'createdAt', created_at) order by created_at), '[]')
           from message where sender_id = $1)) as all`,
      [accountId],
    );
    return row!.all;
  },
  async erase(accountId) {
    await database.query(
      `delete from message m using notification n
       where n.account_id = $1 and m.id = n.message_id and not m.broadcast
         and not exists (select 1 from notification o
           where o.message_id = m.id and o.account_id <> $1)`,
      [accountId],
    );
    await database.query('delete from notification where account_id = $1', [accountId]);
    await database.query('update message set sender_id = null where sender_id = $1', [accountId]);
  },
});
