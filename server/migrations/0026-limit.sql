-- What an account may use of something, and what it uses. `most` -1 is unlimited. Whoever counts on
-- a limit locks its row first, so that of many who come at once no one gets a place too many.
create table usage_limit (
  account_id uuid not null references account (id) on delete cascade,
  key text not null check (key ~ '^[a-z][a-z0-9_]{0,31}$'),
  most bigint not null default -1 check (most between -1 and 9007199254740991),
  used bigint not null default 0 check (used between 0 and 9007199254740991),
  -- The highest threshold that was told on the way up and not yet taken back.
  told smallint not null default 0 check (told in (0, 80, 95)),
  primary key (account_id, key)
);
-- The list of users by what they occupy.
create index usage_limit_disk on usage_limit (used desc, account_id desc) where key = 'disk';
