-- A page of an inbox reads the rows it shows, however many were put away: what is there, what is
-- dismissed and what is snoozed are apart. A new row stands in as many of them as before.
drop index notification_inbox;
create index notification_inbox on notification (account_id, arrived desc, message_id desc)
  where dismissed_at is null and snoozed_until is null;
create index notification_dismissed on notification (account_id, arrived desc, message_id desc)
  where dismissed_at is not null;
create index notification_asleep on notification (account_id, arrived desc, message_id desc)
  where snoozed_until is not null and dismissed_at is null;

-- In order, so that what is unread is not looked for among all that was read.
drop index notification_unread;
create index notification_unread on notification (account_id, arrived desc, message_id desc)
  where read_at is null and dismissed_at is null and snoozed_until is null;
