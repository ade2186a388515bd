-- That its owner was told in time that a token is about to end; once for each.
alter table access_token add column reminded_at timestamptz;
-- The few that are still to be told of.
create index access_token_reminder on access_token (expires_at)
  where expires_at is not null and reminded_at is null;
