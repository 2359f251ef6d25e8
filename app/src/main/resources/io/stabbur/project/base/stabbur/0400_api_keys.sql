-- The API keys of a project, bootstrap keys of the first start among them. Runs as postgres, also on a hosted project.
--
-- A key is found by its SHA-256; its text is random enough that nothing more is needed. Keys that may be public are kept in
-- clear as well, so that they can be shown again.
create table stabbur.api_keys (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 100),
  kind text not null check (kind in ('publishable', 'secret', 'anon', 'service_role')),
  hash text not null unique,
  prefix text not null,
  public_key text check (public_key is null or kind in ('publishable', 'anon')),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
revoke all on stabbur.api_keys from public;

-- Whoever changes the keys, every Stabbur that serves the project hears of it with the commit.
create function stabbur.tell_of_api_keys() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_notify('stabbur_api_keys', '');
  return null;
end $$;
create trigger tell_of_api_keys after insert or update or delete or truncate on stabbur.api_keys
  for each statement execute function stabbur.tell_of_api_keys();
