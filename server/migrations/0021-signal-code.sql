-- A code on its way to a number, which counts for nothing until it is typed in. One an account.
create table signal_code (
  account_id uuid primary key references account (id) on delete cascade,
  number_sealed text not null,
  code_hash text not null,
  tries smallint not null default 0,
  expires_at timestamptz not null
);
create index signal_code_expires_at on signal_code (expires_at);
