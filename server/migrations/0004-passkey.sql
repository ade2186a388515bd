-- What authenticators know an account by (the user handle, WebAuthn level 3 §14.6.1): random, since
-- they show it to whoever holds them. Locked by whoever changes the account's passkeys.
create table passkey_user (
  account_id uuid primary key references account (id) on delete cascade,
  handle text not null unique
);

create table passkey (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  -- The authenticator's own name for it, in base64url; whoever has it has no right by it.
  credential_id text not null unique check (length(credential_id) between 1 and 1364),
  -- COSE (RFC 9052 §7).
  public_key bytea not null,
  sign_count bigint not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  transports text[] not null,
  aaguid uuid not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_account on passkey (account_id);

-- What was asked of a browser; answered once, rightly or not.
create table passkey_ceremony (
  id uuid primary key,
  purpose text not null check (purpose in ('REGISTRATION', 'SIGN_IN', 'CONFIRMATION')),
  challenge_hash text not null,
  browser_hash text not null,
  -- Null for a sign-in, where the answer says whose it is.
  account_id uuid references account (id) on delete cascade,
  expires_at timestamptz not null,
  check ((account_id is null) = (purpose = 'SIGN_IN'))
);
create index passkey_ceremony_account on passkey_ceremony (account_id);
create index passkey_ceremony_expires_at on passkey_ceremony (expires_at);
