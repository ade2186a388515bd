-- A mail of its own may go to several addresses for one message; what is routed goes once each.
drop index delivery_once;
create unique index delivery_once on delivery (message_id, account_id, channel, destination_id)
  nulls not distinct where message_id is not null and mail_sealed is null;

-- Types beyond the built-in ones. Texts: {"EN": {"title", "body"}, …}, with {name} for values of data.
create table notification_type (
  key text primary key,
  category text not null,
  title text not null,
  description text not null,
  texts jsonb not null,
  severity text not null check (severity in ('INFO', 'SUCCESS', 'WARNING', 'CRITICAL')),
  default_channels text[] not null,
  changed_at timestamptz not null
);

-- What somebody chose; where there is no row the type's default is in force.
create table preference (
  account_id uuid not null references account (id) on delete cascade,
  type text not null,
  channel text not null check (channel in ('IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL')),
  enabled boolean not null,
  primary key (account_id, type, channel)
);
create index preference_type on preference (type, channel, account_id);

-- Local times of the account's zone, as 22:00 and 07:00.
create table quiet_hours (
  account_id uuid primary key references account (id) on delete cascade,
  from_time text not null,
  to_time text not null
);

-- The first of a type opens a minute in which what follows is held.
create table burst (
  account_id uuid not null references account (id) on delete cascade,
  type text not null,
  channel text not null,
  opened_by uuid not null,
  until timestamptz not null,
  primary key (account_id, type, channel)
);
create index burst_until on burst (until);

-- Where notifications are mailed instead of the account's own address: all, or those of a category.
-- In force the verified one, whatever waits.
create table notification_email (
  account_id uuid not null references account (id) on delete cascade,
  category text not null check (category in ('', 'quota')),
  email text,
  pending_email text,
  pending_hash text unique,
  pending_until timestamptz,
  primary key (account_id, category),
  check ((pending_email is null) = (pending_hash is null)),
  check ((pending_email is null) = (pending_until is null)),
  check (email is not null or pending_email is not null)
);
