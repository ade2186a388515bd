-- Time-based one-time passwords (RFC 6238). Secrets are sealed; a step once used never counts again.
create table totp (
  account_id uuid primary key references account (id) on delete cascade,
  -- In force since the first right code; null before it.
  secret_sealed text,
  last_step bigint,
  enrolled_at timestamptz,
  -- Shown, and not in force until somebody proves to have it.
  pending_sealed text,
  pending_until timestamptz,
  check ((secret_sealed is null) = (enrolled_at is null)),
  check ((secret_sealed is null) = (last_step is null)),
  check ((pending_sealed is null) = (pending_until is null))
);

-- All codes of a set are hashed with one salt, so that a try costs one hash.
create table recovery_code (
  account_id uuid not null references account (id) on delete cascade,
  hash text not null,
  used_at timestamptz,
  primary key (account_id, hash)
);

-- Between the password and the second factor. Bound to the browser and to the password that began it.
create table sign_in_challenge (
  secret_hash text primary key,
  account_id uuid not null references account (id) on delete cascade,
  browser_hash text not null,
  password_hash text not null,
  remember boolean not null,
  tries smallint not null default 0,
  expires_at timestamptz not null
);
create index sign_in_challenge_account on sign_in_challenge (account_id);
create index sign_in_challenge_expires_at on sign_in_challenge (expires_at);

-- What the proof that opened the window was worth: 0 a recovery code, 1 a password, 2 a second factor
-- or a passkey. Which one is needed follows from what the account has at that moment.
alter table session add column confirmed_strength smallint not null default 1
  check (confirmed_strength between 0 and 2);
