-- Which internal schema files this database has. Runs at every start, before them.
create schema if not exists stabbur;
create table if not exists stabbur.migrations (
  version text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
);
-- What these files made, as base/objects.sql names it: what is missing later was taken away by others.
create table if not exists stabbur.base_objects (identity text primary key);
