-- Tokens of programs: CLIs, CI, integrations. Each belongs to one organisation and one role in it. Runs as postgres, also on
-- a hosted project. Of the token only the SHA-256 is kept.
create table stabbur.application_tokens (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(name) between 1 and 100),
  organization_id uuid not null,
  role text not null check (role <> ''),
  hash text not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create index application_tokens_organization on stabbur.application_tokens (organization_id, created_at);
revoke all on stabbur.application_tokens from public;

-- The accounts API reads and writes them as the role that keeps the accounts.
grant usage on schema stabbur to supabase_auth_admin;
grant select, insert, update on stabbur.application_tokens to supabase_auth_admin;

-- Whether a token still counts, for projects that ask with each request instead of waiting for an access token to expire.
create function stabbur.application_token_counts(token uuid, organization uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from stabbur.application_tokens t
    where t.id = token and t.organization_id = organization and t.revoked_at is null and t.expires_at > now())
$$;
revoke execute on function stabbur.application_token_counts(uuid, uuid) from public;
