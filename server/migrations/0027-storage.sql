-- Where the figure of the limit `disk` comes from, and what it is made of.
create table storage (
  account_id uuid primary key references account (id) on delete cascade,
  source text check (source in ('MEASURED', 'REPORTED')),
  measured_at timestamptz,
  -- [{"name", "usedBytes"}, …], largest first
  parts jsonb not null default '[]',
  -- What was left out: [{"reason", "count", "examples"}, …]
  skipped jsonb not null default '[]',
  -- While some server walks the folder.
  measuring_since timestamptz
);

-- The last figure of each day, in UTC.
create table storage_day (
  account_id uuid not null references account (id) on delete cascade,
  day date not null,
  used bigint not null check (used >= 0),
  primary key (account_id, day)
);
create index storage_day_age on storage_day (day);
