-- Edge functions: what is deployed, their secrets and their log. Runs as postgres, also on a hosted project. Only the
-- appliance reads and writes here; no role of the API does.
create table stabbur.functions (
  slug text primary key check (slug ~ '^[A-Za-z][A-Za-z0-9_-]{0,47}$'),
  id uuid not null default gen_random_uuid(),
  name text not null,
  verify_jwt boolean not null,
  -- the version in use; null until one is activated
  active_version integer,
  last_version integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A version never changes. Its files are in the project's object store under bundle_key, and what it imports from
-- elsewhere under cache_key.
create table stabbur.function_versions (
  slug text not null references stabbur.functions on delete cascade,
  version integer not null,
  entrypoint text not null,
  import_map text,
  files jsonb not null,
  sha256 text not null,
  deno_version text not null,
  bundle_key text not null,
  bundle_bytes bigint not null,
  cache_key text not null,
  cache_bytes bigint not null,
  created_at timestamptz not null default now(),
  primary key (slug, version)
);

-- The value is sealed with a key that never comes to the database.
create table stabbur.function_secrets (
  name text primary key,
  sealed bytea not null,
  key_version integer not null,
  digest text not null,
  updated_at timestamptz not null default now()
);

create table stabbur.function_logs (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  function text not null,
  version text not null,
  level text not null,
  execution_id text,
  message text not null,
  method text,
  status integer,
  millis bigint,
  error text
);
create index function_logs_function on stabbur.function_logs (function, id);
create index function_logs_at on stabbur.function_logs (at);

revoke all on stabbur.functions, stabbur.function_versions, stabbur.function_secrets, stabbur.function_logs from public;

-- Every Stabbur that serves the project hears of a change with the commit.
create function stabbur.tell_of_functions() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_notify('stabbur_functions', '');
  return null;
end $$;
create trigger tell_of_functions after insert or update or delete or truncate on stabbur.functions
  for each statement execute function stabbur.tell_of_functions();
create trigger tell_of_functions after insert or update or delete or truncate on stabbur.function_secrets
  for each statement execute function stabbur.tell_of_functions();
