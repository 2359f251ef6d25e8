-- The management API that Supabase's command speaks: who may use it, what was done with it, and what a project is called there.
-- Runs as postgres, also on a hosted project. Of a token only the SHA-256 is kept.
create table stabbur.access_tokens (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 100),
  hash text not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- What holders of tokens asked for; the status is null while it is under way, and stays so where the server ended meanwhile.
create table stabbur.management_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  token uuid not null references stabbur.access_tokens,
  action text not null,
  status integer
);
create index management_log_at on stabbur.management_log (at);

-- Twenty small letters, which tools name the project by.
create table stabbur.project_reference (
  only_row boolean primary key default true check (only_row),
  reference text not null check (reference ~ '^[a-z]{20}$'),
  created_at timestamptz not null default now()
);
insert into stabbur.project_reference (reference)
select string_agg(chr(97 + floor(random() * 26)::integer), '') from generate_series(1, 20);

revoke all on stabbur.access_tokens, stabbur.management_log, stabbur.project_reference from public;
