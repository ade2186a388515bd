-- The one window for the support team, if it is or was open. Locked by whoever opens or closes it.
create table support_access (
  id smallint primary key default 1 check (id = 1),
  enabled_at timestamptz,
  -- Null: the command line, or somebody who is no more; `enabled_by_name` was written then.
  enabled_by uuid references account (id) on delete set null,
  enabled_by_name text,
  expires_at timestamptz,
  -- The host whose file has the line, or had it last; the others have nothing to close.
  host text,
  -- Set from the closing until all logins of then have ended.
  sessions_stay boolean not null default false,
  check ((enabled_at is null) = (expires_at is null))
);
insert into support_access default values;
