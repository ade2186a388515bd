-- A picture on its way: made by one session or token, sent once by the same, and gone when it is shown.
create table image_upload (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  kind text not null check (kind in ('AVATAR', 'BANNER')),
  credential_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- As it was sent; null until it is here whole.
  content bytea
);
create index image_upload_account on image_upload (account_id);
create index image_upload_expires_at on image_upload (expires_at);
alter table image_upload alter column content set storage external;

-- What is shown: in the database, so that every server has it.
create table image (
  account_id uuid not null references account (id) on delete cascade,
  kind text not null check (kind in ('AVATAR', 'BANNER')),
  -- Of the content and of chance, so that nobody finds the address who was not given it.
  hash text not null unique,
  width integer not null,
  height integer not null,
  content bytea not null,
  created_at timestamptz not null,
  primary key (account_id, kind)
);
alter table image alter column content set storage external;
