-- From which addresses somebody may come. Read with every session and token, in their one statement.
create table ip_allowlist (
  account_id uuid primary key references account (id) on delete cascade,
  enabled boolean not null,
  -- [{"cidr": "203.0.113.0/24", "label": null}, …] in canonical form.
  entries jsonb not null,
  -- Until then what stands above is on trial. Afterwards what stands below holds again, by the clock
  -- alone: whether anything runs that could put it back must not matter to who is locked out.
  trial_until timestamptz,
  former_enabled boolean,
  former_entries jsonb,
  check ((trial_until is null) = (former_enabled is null)),
  check ((trial_until is null) = (former_entries is null))
);
