-- Which processes serve this database, the newest version of the key of personal data that each hands out, and the one it
-- seals with: a rotation goes from step to step when all have followed. Runs as postgres.
create table stabbur.personal_key_processes (
  process uuid primary key,
  version integer not null,
  seals_with integer not null
);
alter table stabbur.personal_key_processes enable row level security;
-- When a version began to seal, by this clock: what processes are waited for from.
alter table stabbur.personal_key_checks add column in_use_at timestamptz;
