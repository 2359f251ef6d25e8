-- Which internal schema files this database has. Runs at every start, before them.
create schema if not exists stabbur;
create table if not exists stabbur.migrations (
  version text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
);
