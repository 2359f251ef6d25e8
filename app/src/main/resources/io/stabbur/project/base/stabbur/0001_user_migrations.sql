-- Where the user's migrations are recorded. Runs as postgres, also on a hosted project.

-- The table the Supabase CLI reads and writes, and the one that counts; a hosted project usually has it.
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);
create table if not exists supabase_migrations.seed_files (
  path text primary key,
  hash text not null
);

-- The same as the migration tool wants to see it; made equal to the table above before every run.
create table stabbur.flyway_history (
  installed_rank integer primary key,
  version varchar(50),
  description varchar(200) not null,
  type varchar(20) not null,
  script varchar(1000) not null,
  checksum integer,
  installed_by varchar(100) not null,
  installed_on timestamp not null default now(),
  execution_time integer not null,
  success boolean not null
);
create index flyway_history_s_idx on stabbur.flyway_history (success);
