import pg from 'pg';
import { PasswordHasher } from '../src/kernel/crypto/password-hash.js';
import { hashSecret, newSecret } from '../src/kernel/crypto/token.js';

const people = 1_000;
const messages = 400;
/** Rows in everybody's inbox; `7 * k` below walks over the messages without meeting one twice. */
const inbox = 40;

export interface SeededPerson {
  readonly username: string;
  /** The Cookie header of an open session. */
  readonly cookie: string;
  readonly unread: number;
}

export interface Seed {
  readonly people: readonly SeededPerson[];
  /** Cookie of one who may broadcast. */
  readonly admin: string;
  readonly password: string;
  /** Everybody's argon2 hash of it, at the product's cost. */
  readonly passwordHash: string;
}

/** A thousand people with sessions, passwords and 40 notifications each, of which 1 to 20 unread. */
export async function seed(databaseUrl: string): Promise<Seed> {
  const password = 'correct horse battery staple';
  const passwordHash = await new PasswordHasher().hash(password);
  const secrets = Array.from({ length: people }, newSecret);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('update site set set_up_at = now()');
    await client.query(
      `insert into account (id, username, email, email_canonical, role, permissions, created_at)
       select gen_random_uuid(), name, name || '@example.org', name || '@example.org',
         case when i = 1 then 'ADMIN' else 'USER' end,
         case when i = 1 then '{admin.notifications}'::text[] else '{}' end, now()
       from generate_series(1, $1::int) i, lateral (select 'person' || i as name) n`,
      [people],
    );
    await client.query('insert into password select id, $1, now() from account', [passwordHash]);
    await client.query(
      `insert into session (id, account_id, secret_hash, method, remember, created_at, last_active_at)
       select gen_random_uuid(), a.id, s.hash, 'PASSWORD', true, now(), now()
       from unnest($1::text[]) with ordinality s (hash, i)
       join account a on a.username = 'person' || s.i`,
      [secrets.map(hashSecret)],
    );
    await client.query(
      `insert into message (id, type, category, severity, texts, url, created_at)
       select gen_random_uuid(), 'admin.message', 'messages', 'INFO',
         jsonb_build_object('EN', jsonb_build_object('title', 'Maintenance ' || i,
           'body', 'Storage node ' || i || ' restarts tonight between two and three. Files stay where they are.')),
         'https://status.example.org/' || i, now() - i * interval '1 hour'
       from generate_series(1, $1::int) i`,
      [messages],
    );
    await client.query(
      `with m as (select id, created_at, row_number() over (order by id) as i from message)
       insert into notification (account_id, message_id, arrived, read_at)
       select a.id, m.id, m.created_at, case when k <= ${unreadSql} then null else now() end
       from account a, lateral (select substr(a.username, 7)::int as i) p,
         generate_series(1, $1::int) k join m on true
       where m.i = 1 + (p.i + 7 * k) % $2::int`,
      [inbox, messages],
    );
    // Nobody wants messages by mail, or those of one round would be sent during the next.
    await client.query(
      `insert into preference (account_id, type, channel, enabled)
       select id, 'admin.message', 'EMAIL', false from account`,
    );
    // Not of tables that are empty: for those PostgreSQL would plan as if they stayed so, which no
    // autovacuum makes it believe.
    await client.query('analyze account, password, session, message, notification, preference');
  } finally {
    await client.end();
  }
  const cookieOf = (secret: string) => `gatehouse=${secret}`;
  return {
    people: secrets.map((secret, index) => ({
      username: `person${index + 1}`,
      cookie: cookieOf(secret),
      unread: unreadOf(index + 1),
    })),
    admin: cookieOf(secrets[0]!),
    password,
    passwordHash,
  };
}

const unreadSql = '1 + p.i % 20';
const unreadOf = (person: number) => 1 + (person % 20);
