-- Tries counted before they are checked. Logged, so that a crash forgives nobody.
create table rate_limit (
  key text primary key,
  count integer not null check (count >= 0),
  -- No further try before this.
  open_at timestamptz not null,
  -- From then on as if there had been none.
  forget_at timestamptz not null
);
create index rate_limit_forget_at on rate_limit (forget_at);
