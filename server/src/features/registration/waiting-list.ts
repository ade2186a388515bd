import { hashSecret } from '../../kernel/crypto/token.js';
import type { Kernel } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { UsernameRule } from '../account/usernames.js';

const waitingHours = 48;

export interface Waiting {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly emailCanonical: string;
  readonly passwordHash: string;
  readonly locale: Locale;
  readonly timeZone: string;
  readonly expiresAt: Date;
}

const columns = `id, username, email, email_canonical as "emailCanonical",
  password_hash as "passwordHash", locale, time_zone as "timeZone", expires_at as "expiresAt"`;

/** Registrations whose mail nobody has answered yet: 48 hours each, and no two with one username. */
export class WaitingList implements UsernameRule {
  constructor(private readonly kernel: Kernel) {}

  /**
   * @param formerHash of the password of whoever waits with this username and is the same person
   * @returns its id, or null when somebody else waits with this username already
   */
  async add(
    wanted: Omit<Waiting, 'id' | 'expiresAt'>,
    formerHash: string | null,
  ): Promise<string | null> {
    const now = this.kernel.clock.now();
    const { username, email, emailCanonical, passwordHash, locale, timeZone } = wanted;
    const [row] = await this.kernel.database.query<{ id: string }>(
      `insert into registration (id, username, email, email_canonical, password_hash, locale,
         time_zone, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (username) do update set id = excluded.id, email = excluded.email,
         email_canonical = excluded.email_canonical, password_hash = excluded.password_hash,
         locale = excluded.locale, time_zone = excluded.time_zone, token_hash = null,
         created_at = excluded.created_at, expires_at = excluded.expires_at
       where registration.expires_at <= excluded.created_at or registration.password_hash = $10
       returning id`,
      [
        ...[newId(), username, email, emailCanonical, passwordHash, locale, timeZone],
        ...[now, new Date(now.getTime() + waitingHours * 3_600_000), formerHash],
      ],
    );
    return row?.id ?? null;
  }

  async find(id: string): Promise<Waiting | null> {
    const [row] = await this.#select('id = $2', id);
    return row ?? null;
  }

  async findByToken(token: string): Promise<Waiting | null> {
    const [row] = await this.#select('token_hash = $2', hashSecret(token));
    return row ?? null;
  }

  /** A new token ends the former one. @returns whether it still waits */
  async setToken(id: string, token: string): Promise<boolean> {
    const rows = await this.kernel.database.query(
      'update registration set token_hash = $2 where id = $1 returning id',
      [id, hashSecret(token)],
    );
    return rows.length > 0;
  }

  /**
   * Uses the token up, and ends all that wait for the same address. In the transaction that makes
   * the account. @returns null when another was quicker
   */
  async take({ id, emailCanonical }: Waiting, token: string): Promise<Waiting | null> {
    const { database, clock } = this.kernel;
    // Two that were sent to the same mailbox would wait for each other in a circle.
    await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `registration:${emailCanonical}`,
    ]);
    const [taken] = await database.query<Waiting>(
      `delete from registration where id = $1 and token_hash = $2 returning ${columns}`,
      [id, hashSecret(token)],
    );
    if (!taken) return null;
    await database.query(
      'delete from registration where email_canonical = $1 and expires_at > $2',
      [emailCanonical, clock.now()],
    );
    return taken;
  }

  /** Those that wait for an address, the oldest first: whoever came first is likeliest its owner. */
  async idsFor(canonical: string, most: number): Promise<string[]> {
    const which = `email_canonical = $2 order by created_at, id limit ${most}`;
    return (await this.#select(which, canonical)).map(({ id }) => id);
  }

  /** Of who waits with this username. */
  async passwordHashOf(username: string): Promise<string | null> {
    const [row] = await this.#select('username = $2', username);
    return row?.passwordHash ?? null;
  }

  async isReserved(username: string): Promise<boolean> {
    return (await this.#select('username = $2', username)).length > 0;
  }

  async sweep(): Promise<void> {
    await this.kernel.database.query('delete from registration where expires_at <= $1', [
      this.kernel.clock.now(),
    ]);
  }

  #select(which: string, value: string): Promise<Waiting[]> {
    return this.kernel.database.query<Waiting>(
      `select ${columns} from registration where expires_at > $1 and ${which}`,
      [this.kernel.clock.now(), value],
    );
  }
}
