import { newSecret } from '../../kernel/crypto/token.js';
import type { Database } from '../../kernel/database/database.js';

/**
 * What authenticators know accounts by: 256 random bits each, in base64url, made once. Not the
 * account's id, which other tables and logs are full of.
 */
export class UserHandles {
  constructor(private readonly database: Database) {}

  async find(accountId: string): Promise<string | null> {
    const [row] = await this.database.query<{ handle: string }>(
      'select handle from passkey_user where account_id = $1',
      [accountId],
    );
    return row?.handle ?? null;
  }

  /** The account's handle, made now when it has none. */
  async claim(accountId: string): Promise<string> {
    await this.database.query(
      'insert into passkey_user (account_id, handle) values ($1, $2) on conflict (account_id) do nothing',
      [accountId, newSecret()],
    );
    return (await this.find(accountId))!;
  }

  /** Who adds or removes an account's passkeys does so one after the other, until the transaction ends. */
  async hold(accountId: string): Promise<void> {
    await this.database.query('select 1 from passkey_user where account_id = $1 for update', [
      accountId,
    ]);
  }
}
