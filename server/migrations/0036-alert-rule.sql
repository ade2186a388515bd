-- Rules about the machines Gatehouse runs on, what was measured there, and which rule fires where.
create table host (
  name text primary key,
  -- The one of its servers that samples it, until when.
  holder uuid not null,
  held_until timestamptz not null,
  -- The last sample; null before the first. `disk` is of the fuller file system.
  at timestamptz,
  cpu float8,
  memory float8,
  disk float8,
  load float8
);

-- Twenty-four hours, a row a minute: lowest and highest, and the sum of `samples` for the average.
create table host_minute (
  host text not null references host (name) on delete cascade,
  metric text not null,
  at timestamptz not null,
  samples integer not null,
  lowest float8 not null,
  highest float8 not null,
  total float8 not null,
  primary key (host, metric, at)
);

create table alert_rule (
  id uuid primary key,
  metric text not null check (metric in ('CPU', 'MEMORY', 'DISK', 'LOAD')),
  threshold float8 not null,
  for_seconds integer not null,
  hysteresis float8 not null check (hysteresis >= 0 and hysteresis < threshold),
  enabled boolean not null,
  created_at timestamptz not null,
  -- On whatever host.
  last_fired_at timestamptz
);

-- How a rule stands on one host; kept so that a restart neither forgets nor repeats.
create table alert_rule_state (
  rule_id uuid not null references alert_rule (id) on delete cascade,
  host text not null references host (name) on delete cascade,
  -- Since when the value has been at or over the threshold, and when it was seen last.
  over_since timestamptz,
  seen_at timestamptz not null,
  firing boolean not null,
  fired_at timestamptz,
  primary key (rule_id, host)
);
