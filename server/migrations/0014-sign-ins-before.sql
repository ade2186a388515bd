-- Whether a sign-in came from a network that the fifty before it did not: however many failed in between.
create index activity_entry_sign_in on activity_entry (account_id, at desc, id desc)
  where kind = 'sign_in.succeeded';
