-- How a project's schema keeps organizations: the contract that app/docs/organizations.md explains. Runs as postgres.
--
-- A schema that has organizations inserts the one row of stabbur.organization_schema, names its columns of personal data in
-- stabbur.personal_columns, and provides the functions of the contract in the schema `functions`. Functions that it leaves out
-- are found in stabbur_organization.

create schema stabbur_organization;
revoke all on schema stabbur_organization from public;
grant usage on schema stabbur_organization to anon, authenticated, service_role, supabase_auth_admin;

create table stabbur.organization_schema (
  only_one boolean primary key default true check (only_one),
  -- The schema with the functions of the contract.
  functions name not null,
  -- The header by which a request selects one of the caller's organizations; null for X-Organization-Id.
  header text check (header ~ '^[A-Za-z][A-Za-z0-9-]{0,99}$'),
  -- The roles of members, lowest first.
  roles text[] not null check (cardinality(roles) > 0 and array_position(roles, null) is null),
  -- The role of a member whose role nobody said; null where it must be said.
  default_role text check (default_role = any (roles)),
  -- The role of an organization's first administrator.
  first_role text not null check (first_role = any (roles)),
  -- The roles that administer an organization.
  administrator_roles text[] not null check (administrator_roles <@ roles),
  -- The claim user_role of those who run the platform; they act in no organization. Null where nobody does.
  platform_role text check (platform_role <> all (roles)),
  -- Further fields of a membership. In an access token they are claims of the same names.
  member_fields text[] not null default '{}'
    check (not member_fields && array['id', 'user_id', 'organization_id', 'role', 'status', 'email', 'password', 'user_role', 'sub', 'aud',
      'iss', 'exp', 'iat', 'nbf', 'jti', 'aal', 'amr', 'session_id', 'organizations', 'application_token'])
);
revoke all on stabbur.organization_schema from public;
-- It holds no secret, and who serves the data API alone reads it too.
grant select on stabbur.organization_schema to public;

-- Columns whose values are stored encrypted, of tables with a primary key `id uuid`: what a rotation of keys encrypts anew.
create table stabbur.personal_columns (
  table_schema name not null,
  table_name name not null,
  column_name name not null,
  primary key (table_schema, table_name, column_name)
);
revoke all on stabbur.personal_columns from public;

create function stabbur.check_organization_schema() returns trigger
language plpgsql set search_path = '' as $$
declare
  missing text;
begin
  select string_agg(needed.name, ', ') into missing
  from unnest(array['organizations', 'organization', 'add_organization', 'change_organization', 'members', 'require_may_add', 'add_member',
    'ask_consent', 'change_member', 'remove_member', 'membership_claims', 'export_person', 'erase_person']) as needed (name)
  where not exists (
    select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = new.functions and p.proname = needed.name);
  if missing is not null then
    raise exception 'schema % lacks functions of the organization contract: %', new.functions, missing;
  end if;
  return new;
end $$;
revoke execute on function stabbur.check_organization_schema() from public;
create trigger check_functions before insert or update on stabbur.organization_schema
  for each row execute function stabbur.check_organization_schema();

-- Reads the memberships in the claims of a request anew. A membership that is gone gives no access; where the request named the
-- organization, it is refused. Of the schema: membership_claims(person uuid, wanted uuid) and is_active(organization uuid).
create function stabbur_organization.renew_claims(named boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  schema stabbur.organization_schema;
  fresh jsonb;
  same jsonb;
  active boolean;
begin
  if claims ->> 'sub' is null or claims ->> 'role' in ('anon', 'service_role') then
    return;
  end if;
  select * into strict schema from stabbur.organization_schema;
  if claims ? 'application_token' then
    execute format('select %I.is_active($1)', schema.functions) into active using (claims ->> 'organization_id')::uuid;
    if active is not true
        or not stabbur.application_token_counts((claims ->> 'application_token')::uuid, (claims ->> 'organization_id')::uuid) then
      raise exception 'not_a_member' using errcode = 'SB403';
    end if;
    fresh := case when named then jsonb_build_object('user_role', claims -> 'organizations' -> 0 -> 'role') else '{}' end;
  else
    execute format('select %I.membership_claims($1, $2)', schema.functions) into fresh
      using (claims ->> 'sub')::uuid, case when named then (claims ->> 'organization_id')::uuid end;
    if fresh is null then
      raise exception 'not_a_member' using errcode = 'SB403';
    end if;
    if not named and fresh -> 'organization_id' is distinct from claims -> 'organization_id' then
      -- The token's organization, if still a membership; never another one than the token says.
      if claims ->> 'organization_id' is not null then
        execute format('select %I.membership_claims($1, $2)', schema.functions) into same
          using (claims ->> 'sub')::uuid, (claims ->> 'organization_id')::uuid;
      end if;
      fresh := coalesce(same, fresh || '{"organization_id": null}'
        || (select coalesce(jsonb_object_agg(field, null::text), '{}') from unnest(schema.member_fields) as field)
        || case when fresh ->> 'user_role' = schema.platform_role then '{}'::jsonb else '{"user_role": null}' end);
    end if;
  end if;
  claims := claims || fresh;
  perform set_config('request.jwt.claims', claims::text, true),
    set_config('request.jwt.claim.organization_id',
      case when claims ->> 'user_role' = schema.platform_role then '' else coalesce(claims ->> 'organization_id', '') end, true),
    set_config('request.jwt.claim.user_role', coalesce(claims ->> 'user_role', ''), true);
end $$;
revoke execute on function stabbur_organization.renew_claims(boolean) from public;

-- As in 0480, with the memberships read by the schema that is registered.
create or replace function stabbur.confirm_caller(person uuid, session uuid, named boolean, needs_factor boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  account record;
  is_here boolean;
  provider name;
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  select u.banned_until, u.deleted_at into account from auth.users u where u.id = person;
  is_here := found;
  if account.deleted_at is not null
      or (not is_here and (session is not null or exists (select from stabbur.account_changes c where c.account = person))) then
    raise exception 'user_not_found' using errcode = 'SB401', detail = 'User from sub claim in JWT does not exist';
  elsif account.banned_until > now() then
    raise exception 'user_banned' using errcode = 'SB401', detail = 'User is banned';
  elsif session is not null and not exists (
      select from auth.sessions s
      where s.id = session and s.user_id = person and (s.not_after is null or s.not_after > now())) then
    raise exception 'session_not_found' using errcode = 'SB401', detail = 'Session from session_id claim in JWT does not exist';
  elsif needs_factor and exists (select from auth.mfa_factors f where f.user_id = person and f.status = 'verified') then
    raise exception 'insufficient_aal' using errcode = 'SB403', detail = 'AAL2 session is required: this account has a verified factor';
  end if;
  if not claims ? 'organizations' then
    return;
  end if;
  select s.functions into provider from stabbur.organization_schema s;
  if provider is null and to_regprocedure('private.renew_claims(boolean)') is not null then
    -- a schema of before there was a contract, whose newest migration has not run yet
    provider := 'private';
  end if;
  if provider is not null and (is_here or claims ? 'application_token') then
    if to_regprocedure(format('%I.renew_claims(boolean)', provider)) is null then
      provider := 'stabbur_organization';
    end if;
    execute format('select %I.renew_claims($1)', provider) using named;
  elsif named and not claims -> 'organizations' @> jsonb_build_array(jsonb_build_object('id', claims -> 'organization_id')) then
    raise exception 'not_a_member' using errcode = 'SB403';
  end if;
end $$;
