-- Until when a request may be under way to a webhook; of several servers one makes it.
alter table destination add column busy_until timestamptz;
