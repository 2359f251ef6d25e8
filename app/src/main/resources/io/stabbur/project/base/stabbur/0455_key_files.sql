-- The key files with which the database was opened, each by a digest that only it gives: keys of an earlier project that has the
-- master key in common, as settings may give one to several, are known before they open the database. Runs as postgres.
create table stabbur.key_files (
  mark text primary key,
  opened_at timestamptz not null default now()
);
alter table stabbur.key_files enable row level security;
