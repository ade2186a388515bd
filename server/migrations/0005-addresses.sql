-- Somebody who has registered and not yet shown that the address is his. Reserves the username, not
-- the address: many may wait for one, and whoever follows his link first gets it.
create table registration (
  id uuid primary key,
  username text not null unique check (username ~ '^[a-z][a-z0-9_-]{2,31}$'),
  email text not null,
  email_canonical text not null,
  password_hash text not null,
  locale text not null check (locale in ('EN', 'IT')),
  time_zone text not null,
  -- Null until the mail is made; stays so while the address belongs to an account.
  token_hash text unique,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index registration_email on registration (email_canonical);
create index registration_expires_at on registration (expires_at);

-- An administrator's word for somebody who has no account yet. Gone once used or revoked.
create table invite (
  id uuid primary key,
  email text not null,
  -- The newest for an address is the only one.
  email_canonical text not null unique,
  role text not null check (role in ('USER', 'ADMIN')),
  permissions text[] not null default '{}',
  token_hash text not null unique,
  -- Null: the command line, or somebody who is no more; `by_operator` tells which.
  invited_by uuid references account (id) on delete set null,
  by_operator boolean not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- The address an account is to have once the mail sent there was answered.
create table email_change (
  account_id uuid primary key references account (id) on delete cascade,
  email text not null,
  email_canonical text not null,
  -- Null until the mail is made; stays so while the address belongs to another account.
  token_hash text unique,
  expires_at timestamptz not null
);
create index email_change_email on email_change (email_canonical);

-- A second address for alerts and for a lost password: in force the verified one, whatever waits.
create table secondary_email (
  account_id uuid primary key references account (id) on delete cascade,
  email text,
  email_canonical text,
  pending_email text,
  pending_canonical text,
  pending_hash text unique,
  pending_until timestamptz,
  check ((email is null) = (email_canonical is null)),
  check ((pending_email is null) = (pending_canonical is null)),
  check ((pending_email is null) = (pending_hash is null)),
  check ((pending_email is null) = (pending_until is null)),
  check (email is not null or pending_email is not null)
);
create index secondary_email_email on secondary_email (email_canonical);

create index link_expires_at on link (expires_at);
