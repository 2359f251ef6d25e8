-- For each version of the key of personal data a value that only that key gives: a key file and a database that do not belong
-- together are known before anything is sealed. Runs as postgres.
create table stabbur.personal_key_checks (
  version integer primary key,
  check_value text not null,
  created_at timestamptz not null default now()
);
alter table stabbur.personal_key_checks enable row level security;
