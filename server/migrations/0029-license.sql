-- What an administrator issued to somebody, and the keys with which tools ask for it.
create table license (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  product text not null,
  issued_at timestamptz not null,
  revoked_at timestamptz
);
create index license_account on license (account_id, issued_at desc);

create table api_key (
  id uuid primary key,
  license_id uuid not null references license (id) on delete cascade,
  label text not null,
  prefix text not null,
  secret_hash text not null unique,
  created_at timestamptz not null,
  rotated_at timestamptz,
  last_used_at timestamptz
);
create index api_key_license on api_key (license_id);
