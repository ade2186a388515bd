-- What a webhook's owner calls it. Its address and secrets lie sealed with its destination.
create table webhook (
  destination_id uuid primary key references destination (id) on delete cascade,
  description text not null
);
