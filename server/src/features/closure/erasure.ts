import { createHash } from 'node:crypto';
import { credentialsChanged } from '../../kernel/access/credential.js';
import type { Kernel } from '../../kernel/feature.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { UsernameRule } from '../account/usernames.js';

/**
 * The end of an account: every room gives up its share, then the row goes and with it what only hung on
 * it. What happened stays in the log, without a name. The username stays taken, as a hash.
 */
export class Erasure implements UsernameRule {
  constructor(private readonly kernel: Kernel) {}

  /**
   * Before `erase`, and before anything else of the account is locked. Whoever signs in locks his proof
   * first and then the account; what takes them the other way round waits for him while he waits for it.
   */
  async hold(accountId: string): Promise<void> {
    for (const table of proofs) {
      await this.kernel.database.query(`select 1 from ${table} where account_id = $1 for update`, [
        accountId,
      ]);
    }
    await this.kernel.database.query('select 1 from account where id = $1 for update', [accountId]);
  }

  /** In the caller's transaction, which records why. */
  async erase(account: { readonly id: string; readonly username: string }): Promise<void> {
    const { database, clock, live, personalData } = this.kernel;
    await database.transaction(async () => {
      for (const room of personalData.all) await room.erase(account.id);
      await database.query(
        `insert into retired_username (username_hash, retired_at) values ($1, $2)
         on conflict (username_hash) do update set retired_at = excluded.retired_at`,
        [hashOf(account.username), clock.now()],
      );
      await database.query('delete from account where id = $1', [account.id]);
      await live.publish(credentialsChanged, { accountId: account.id });
    });
  }

  /** Only administrators and the command line give a former name to somebody else. */
  async isReserved(username: string, viewer: Viewer): Promise<boolean> {
    const rows = await this.kernel.database.query(
      'select 1 from retired_username where username_hash = $1',
      [hashOf(username)],
    );
    return rows.length > 0 && viewer.kind === 'anonymous';
  }
}

/** What a sign-in or a mailed link uses up, in the order in which they do. */
const proofs = [
  'sign_in_challenge',
  'password',
  'passkey_user',
  'passkey',
  'totp',
  'recovery_code',
  'link',
];

const hashOf = (username: string) =>
  createHash('sha256').update(`retired username:${username}`).digest('hex');
