-- When a site calls wrong passwords a burst, and a sign-in new.
alter table site
  add column if not exists failed_sign_in_threshold smallint not null default 5
    check (failed_sign_in_threshold between 1 and 100),
  add column if not exists failed_sign_in_window_minutes smallint not null default 15
    check (failed_sign_in_window_minutes between 1 and 1440),
  add column if not exists new_sign_in_rule text not null default 'NETWORK_AND_COUNTRY'
    check (new_sign_in_rule in ('NETWORK_AND_COUNTRY', 'NETWORK_OR_COUNTRY'));

-- What its owner is to hear of, noted in the transaction that did it, with whom to tell: a moment
-- later the addresses may be others. Gone once the mails are made. Refers to no account, since the
-- last thing to tell is that the account is gone.
create table alert_act (
  activity_id uuid primary key,
  -- What one transaction did is told together.
  xid xid8 not null,
  sealed text not null,
  noted_at timestamptz not null
);
create index alert_act_xid on alert_act (xid);

-- Where an account's last fifty sign-ins came from; sessions end sooner.
create table sign_in_memory (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  -- Null: could not be told.
  network text,
  country text
);
create index sign_in_memory_account on sign_in_memory (account_id, id desc);

-- Wrong passwords in a row, by account or by the name that is nobody's, so that both cost the same;
-- for that it refers to no account either. Swept when its burst is over.
create table failed_sign_in (
  key text primary key,
  account_id uuid,
  -- The latest, oldest first; no more than the site's threshold.
  times timestamptz[] not null,
  told boolean not null,
  -- Bursts whose job has yet to run.
  due uuid[] not null default '{}',
  last_at timestamptz not null
);
create index failed_sign_in_last_at on failed_sign_in (last_at);
