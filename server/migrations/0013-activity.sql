-- What happened, in two parts. `activity_entry` is sealed into a chain of hashes and never changes;
-- what is personal of it stands in `activity_person`, where it can be emptied: after a year, and
-- when an account is deleted. The entry keeps salted hashes of it, so the chain holds either way.
create function activity_digest(salt text, variadic parts text[]) returns bytea
  language sql stable
  return sha256(convert_to(salt || (
    select string_agg(case when part is null then '-' else octet_length(part) || ':' || part end, '' order by place)
    from unnest(parts) with ordinality as given (part, place)), 'UTF8'));

create table activity_entry (
  id uuid primary key,
  -- No foreign keys: when the account is gone these are what is left of it, names without a person.
  account_id uuid,
  actor_id uuid,
  actor_kind text not null,
  kind text collate "C" not null,
  at timestamptz not null,
  reference text not null unique,
  doer_hash bytea not null,
  details_hash bytea not null
);

create table activity_person (
  activity_id uuid primary key references activity_entry (id),
  -- Null in all of the doer: emptied, since it was somebody else who was deleted.
  actor text,
  address text,
  user_agent text,
  doer_salt text,
  details jsonb,
  details_salt text,
  -- What a search looks through, in lower case.
  search text not null
);

-- Entries that no batch has sealed yet.
create table activity_waiting (
  activity_id uuid primary key references activity_entry (id)
);

-- One row a batch: which entries, the hash of each, and all of it hashed together with the batch before.
create table activity_seal (
  number integer primary key check (number > 0),
  sealed_at timestamptz not null,
  entry_ids uuid[] not null,
  entry_hashes bytea[] not null,
  previous bytea not null,
  hash bytea not null unique,
  -- The hash under the site's key, so that who can write here cannot make a chain of their own.
  mark text not null
);

with told as (
  select v.*, gen_random_uuid()::text as doer_salt, gen_random_uuid()::text as details_salt,
    (select a.id from account a where a.username = v.actor and v.actor_kind in ('session', 'token'))
      as actor_id
  from activity v
), entries as (
  insert into activity_entry
  select id, account_id, actor_id, actor_kind, kind, at, reference,
    activity_digest(doer_salt, actor, address, user_agent),
    activity_digest(details_salt, details::text)
  from told
), waiting as (
  insert into activity_waiting select id from told
)
insert into activity_person
select id, actor, address, user_agent, doer_salt, details, details_salt,
  lower(concat_ws(' ', kind, reference, actor, address, user_agent,
    (select string_agg(leaf #>> '{}', ' ')
     from jsonb_path_query(details, 'strict $.** ? (@.type() != "object" && @.type() != "array")') leaf)))
from told;

drop table activity;

create index activity_entry_account on activity_entry (account_id, at desc, id desc);
create index activity_entry_at on activity_entry (at desc, id desc);
create index activity_entry_kind on activity_entry (kind, at desc, id desc);
create index activity_entry_actor on activity_entry (actor_id)
  where actor_id is not null and actor_id is distinct from account_id;

-- Comes with PostgreSQL, though some ship it apart; without it a search is as right, only slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index activity_person_search on activity_person using gin (search gin_trgm_ops);
exception when others then
  raise notice 'pg_trgm is missing (%): searching everybody''s activity will be slow', sqlerrm;
end $$;

-- Both parts together, as one reads them.
create view activity as
  select e.id, e.account_id, e.actor_id, e.kind, e.at, coalesce(p.actor, '') as actor, e.actor_kind,
    p.address, p.user_agent, coalesce(p.details, '{}') as details, e.reference
  from activity_entry e left join activity_person p on p.activity_id = e.id;

create function refuse_change_of_activity() returns trigger language plpgsql as $$
begin
  raise exception 'What happened is never changed: % takes no %', tg_table_name, lower(tg_op)
    using errcode = 'insufficient_privilege';
end $$;

create trigger append_only before update or delete on activity_entry
  for each row execute function refuse_change_of_activity();
create trigger append_only_as_a_whole before truncate on activity_entry
  for each statement execute function refuse_change_of_activity();
create trigger append_only before update or delete on activity_seal
  for each row execute function refuse_change_of_activity();
create trigger append_only_as_a_whole before truncate on activity_seal
  for each statement execute function refuse_change_of_activity();

-- What is personal may be emptied, and nothing else.
create function refuse_rewriting_of_activity() returns trigger language plpgsql as $$
begin
  if new.activity_id <> old.activity_id
    or coalesce(new.actor <> old.actor, new.actor is not null)
    or coalesce(new.address <> old.address, new.address is not null)
    or coalesce(new.user_agent <> old.user_agent, new.user_agent is not null)
    or coalesce(new.details <> old.details, new.details is not null)
  then
    raise exception 'What happened is never changed: activity_person may only be emptied'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger only_emptied before update on activity_person
  for each row execute function refuse_rewriting_of_activity();
