-- An account that is to go, unless its owner comes back before the hour.
create table account_deletion (
  account_id uuid primary key references account (id) on delete cascade,
  requested_at timestamptz not null,
  due_at timestamptz not null
);
create index account_deletion_due_at on account_deletion (due_at);

-- Names of accounts that are no more, as SHA-256: nobody registers as somebody who was here.
create table retired_username (
  username_hash text primary key,
  retired_at timestamptz not null
);

-- Everything about an account in one file. Null until it is made; gone a day later.
create table data_export (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  token_hash text unique,
  requested_at timestamptz not null,
  made_at timestamptz,
  expires_at timestamptz,
  downloaded_at timestamptz,
  bytes bigint
);
create index data_export_account on data_export (account_id);

create table data_export_part (
  export_id uuid not null references data_export (id) on delete cascade,
  position integer not null,
  content bytea not null,
  primary key (export_id, position)
);
alter table data_export_part alter column content set storage external;
