-- How far a move into this database has come; nobody but its owner sees it. `drop schema stabbur_moving cascade` forgets it.
create schema if not exists stabbur_moving;
revoke all on schema stabbur_moving from public;
create table if not exists stabbur_moving.moves (
  only_one boolean primary key default true check (only_one),
  source text not null,
  started_at timestamptz not null default now()
);
create table if not exists stabbur_moving.steps (
  name text primary key,
  detail text not null default '',
  done_at timestamptz not null default now()
);
create table if not exists stabbur_moving.tables (
  name text primary key,
  row_count bigint not null,
  checksum text not null,
  done_at timestamptz not null default now()
);
create table if not exists stabbur_moving.buckets (
  id text primary key,
  file_size_limit bigint,
  allowed_mime_types text[]
);
create table if not exists stabbur_moving.files (
  bucket_id text not null,
  name text not null,
  owner uuid,
  owner_id text,
  created_at timestamptz,
  updated_at timestamptz,
  last_accessed_at timestamptz,
  metadata jsonb,
  user_metadata jsonb,
  size bigint,
  sha256 text,
  verified_at timestamptz,
  primary key (bucket_id, name)
);
