-- The site itself: one row, so that every server reads the same policy and the same key's fingerprint.
create table site (
  id smallint primary key default 1 check (id = 1),
  key_fingerprint text,
  setup_token_hash text,
  -- The printed token, sealed, so that every start until it is used prints the same one.
  setup_token_sealed text,
  set_up_at timestamptz,
  registration text not null default 'INVITE_ONLY' check (registration in ('OPEN', 'INVITE_ONLY', 'CLOSED')),
  min_length smallint not null default 12 check (min_length between 8 and 128),
  require_uppercase boolean not null default false,
  require_lowercase boolean not null default false,
  require_digit boolean not null default false,
  require_symbol boolean not null default false,
  refuse_common boolean not null default true,
  session_idle_days smallint not null default 7 check (session_idle_days between 1 and 365),
  session_days smallint not null default 30 check (session_days between 1 and 365)
);
insert into site default values;

create table account (
  id uuid primary key,
  username text not null unique check (username ~ '^[a-z][a-z0-9_-]{2,31}$'),
  email text not null,
  email_canonical text not null unique,
  email_verified boolean not null default false,
  display_name text,
  locale text not null default 'EN' check (locale in ('EN', 'IT')),
  time_zone text not null default 'UTC',
  role text not null default 'USER' check (role in ('USER', 'ADMIN')),
  permissions text[] not null default '{}',
  disabled_at timestamptz,
  created_at timestamptz not null
);

-- Append-only; what happened to an account, whoever did it.
create table activity (
  id uuid primary key,
  account_id uuid references account (id) on delete set null,
  kind text not null,
  at timestamptz not null,
  actor text not null,
  actor_kind text not null,
  address text,
  user_agent text,
  details jsonb not null default '{}',
  reference text not null unique
);
create index activity_account on activity (account_id, id desc);

-- One-time links and tickets, by purpose. Only the hash of the secret is kept.
create table link (
  token_hash text primary key,
  purpose text not null,
  account_id uuid not null references account (id) on delete cascade,
  data jsonb not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index link_account on link (account_id, purpose);

create table password (
  account_id uuid primary key references account (id) on delete cascade,
  hash text not null,
  changed_at timestamptz not null,
  -- Set by somebody else, for one use: must be changed at the next sign-in, which is until then.
  one_time_until timestamptz
);

create table session (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  secret_hash text not null unique,
  -- A rotated secret stays good for seconds, for requests that were on their way.
  former_hash text unique,
  former_until timestamptz,
  method text not null check (method in ('PASSWORD', 'PASSWORD_TOTP', 'PASSWORD_RECOVERY_CODE', 'PASSKEY', 'SETUP')),
  remember boolean not null,
  created_at timestamptz not null,
  last_active_at timestamptz not null,
  confirmed_at timestamptz,
  confirmed_until timestamptz,
  address text,
  user_agent text
);
create index session_account on session (account_id);

create table api_access (
  account_id uuid primary key references account (id) on delete cascade,
  enabled boolean not null default false
);

create table access_token (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  name text not null,
  prefix text not null,
  secret_hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  last_used_ip text,
  expires_at timestamptz
);
create index access_token_account on access_token (account_id);

-- What was said, once, however many hear it. Texts are rendered in the reader's language at reading.
create table message (
  id uuid primary key,
  type text not null,
  category text not null,
  severity text not null check (severity in ('INFO', 'SUCCESS', 'WARNING', 'CRITICAL')),
  -- Null: the type's own texts, filled from data. Else {"EN": {"title", "body"}, …}; at least one.
  texts jsonb,
  url text,
  data jsonb not null default '{}',
  sender_id uuid references account (id) on delete set null,
  broadcast boolean not null default false,
  recipients integer not null default 0,
  created_at timestamptz not null
);
create index message_broadcast on message (id desc) where broadcast;

-- Who has it in the inbox: narrow rows, so that telling everybody is one statement.
-- `arrived` orders the inbox; waking from a snooze makes it new. The two transaction ids let a
-- client find exactly what it could not have seen: ids and times do not commit in order.
create table notification (
  account_id uuid not null references account (id) on delete cascade,
  message_id uuid not null references message (id) on delete cascade,
  arrived timestamptz not null,
  read_at timestamptz,
  dismissed_at timestamptz,
  snoozed_until timestamptz,
  change text not null default 'ADDED',
  added_xid xid8 not null default pg_current_xact_id(),
  changed_xid xid8 not null default pg_current_xact_id(),
  primary key (account_id, message_id)
);
create index notification_inbox on notification (account_id, arrived desc, message_id desc);
create index notification_unread on notification (account_id)
  where read_at is null and dismissed_at is null and snoozed_until is null;
create index notification_changed on notification (account_id, changed_xid);
create index notification_snoozed on notification (snoozed_until) where snoozed_until is not null;
create index notification_message on notification (message_id, read_at);

-- The same key of the same sender has one effect.
create table idempotency_key (
  sender text not null,
  key text not null,
  content_hash text not null,
  message_id uuid,
  recipients integer not null default 0,
  created_at timestamptz not null,
  primary key (sender, key)
);
create index idempotency_key_age on idempotency_key (created_at);
