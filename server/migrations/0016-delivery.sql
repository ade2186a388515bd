-- Where messages reach somebody besides the inbox and e-mail. What a channel needs to know lies
-- sealed; what people are shown of it is masked.
create table destination (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  channel text not null check (channel in ('DISCORD', 'SIGNAL', 'WEBHOOK')),
  -- Ways of one channel, as a Discord webhook or the site's bot: one each. The lowest rank in force is used.
  kind text not null,
  rank smallint not null default 0,
  target text not null,
  sealed text not null,
  -- Webhooks alone choose what they hear: keys of types, or '*'.
  events text[],
  created_at timestamptz not null,
  -- Switched off: by its owner without a reason, else with the reason.
  disabled_at timestamptz,
  disabled_reason text,
  -- Since when nothing was taken there.
  failing_since timestamptz,
  check ((channel = 'WEBHOOK') = (events is not null)),
  check (disabled_at is not null or disabled_reason is null)
);
create unique index destination_kind on destination (account_id, channel, kind) where channel <> 'WEBHOOK';
create index destination_account on destination (account_id);

-- One message on its way to one destination; the id is the same at every try.
create table delivery (
  id uuid primary key default gen_random_uuid(),
  account_id uuid not null references account (id) on delete cascade,
  -- What is said: a message, or a mail of its own, sealed. Neither: a test.
  message_id uuid references message (id) on delete cascade,
  mail_sealed text,
  -- What happened, for security alerts.
  activity_id uuid,
  type text not null,
  channel text not null check (channel in ('EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK')),
  -- Null: an e-mail address, or nowhere.
  destination_id uuid references destination (id) on delete set null,
  target text not null,
  -- Leaves before others that wait, and is never held.
  essential boolean not null default false,
  status text not null check (status in ('PENDING', 'SENT', 'RETRYING', 'FAILED', 'SUPPRESSED')),
  -- Ours by a code, which is told in the reader's language; a provider's in its own words.
  reason_code text,
  reason_text text,
  attempts integer not null default 0,
  -- Attempts of former rounds, which sending again by hand does not count.
  attempts_before integer not null default 0,
  -- Waits for the end of quiet hours or of a burst, and then leaves with others as one message.
  held boolean not null default false,
  carried_by uuid references delivery (id) on delete cascade,
  created_at timestamptz not null,
  sent_at timestamptz,
  next_attempt_at timestamptz,
  check ((status in ('PENDING', 'RETRYING')) = (next_attempt_at is not null))
);
-- Whatever crashes and is done again: one row for each destination of a message.
create unique index delivery_once on delivery (message_id, account_id, channel, destination_id)
  nulls not distinct where message_id is not null;
create index delivery_account on delivery (account_id, created_at desc, id desc);
create index delivery_due on delivery (next_attempt_at) where next_attempt_at is not null;
create index delivery_held on delivery (account_id, type, channel) where held;
create index delivery_created on delivery (created_at desc, id desc);
create index delivery_status on delivery (status, created_at desc, id desc) where status in ('FAILED', 'RETRYING');
create index delivery_activity on delivery (activity_id) where activity_id is not null;
create index delivery_destination on delivery (destination_id, created_at desc) where destination_id is not null;
create index delivery_carried_by on delivery (carried_by) where carried_by is not null;

-- What each try asked and was answered, cut and masked.
create table delivery_try (
  delivery_id uuid not null references delivery (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  ok boolean not null,
  status_code integer,
  request text,
  response text,
  error text,
  primary key (delivery_id, number)
);

-- A provider asked all of us to wait.
create table channel_pause (
  channel text primary key,
  until timestamptz not null
);
