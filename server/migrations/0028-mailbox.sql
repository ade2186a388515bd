-- What mail servers tell of their e-mail accounts and domains. An address is one account's, and so is a domain.
create table email_account (
  account_id uuid not null references account (id) on delete cascade,
  address text not null,
  address_canonical text primary key,
  archive boolean not null,
  used bigint not null check (used between 0 and 9007199254740991),
  -- -1 is unlimited.
  quota bigint not null check (quota between -1 and 9007199254740991),
  -- As in usage_limit.
  told smallint not null default 0 check (told in (0, 80, 95))
);
create index email_account_account on email_account (account_id, address_canonical);

create table domain (
  account_id uuid not null references account (id) on delete cascade,
  -- In ASCII (IDNA), lower case.
  name text primary key,
  created_at timestamptz not null
);
create index domain_account on domain (account_id, name);
