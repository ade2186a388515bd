-- The rest of what administrators decide for the whole site. What says when owners are warned may be there already.
alter table site
  add column if not exists failed_sign_in_threshold smallint not null default 5
    check (failed_sign_in_threshold between 1 and 100),
  add column if not exists failed_sign_in_window_minutes smallint not null default 15
    check (failed_sign_in_window_minutes between 1 and 1440),
  add column if not exists new_sign_in_rule text not null default 'NETWORK_AND_COUNTRY'
    check (new_sign_in_rule in ('NETWORK_AND_COUNTRY', 'NETWORK_OR_COUNTRY')),
  add column require_two_factor_for_admins boolean not null default false;
