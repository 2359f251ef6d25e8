-- What policies and triggers share. The API exposes `public` only, so nothing in `private` can be called by a client.

do $$
begin
  if not exists (select from pg_extension where extname = 'pgcrypto') then
    create schema if not exists extensions;
    create extension pgcrypto with schema extensions;
  end if;
end $$;

create schema private;
revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role, supabase_auth_admin;

-- Claims of the request; null outside of one. The setting is '' after a transaction that set it.
create function private.claims() returns jsonb
language plpgsql stable parallel safe as $$
begin
  return nullif(current_setting('request.jwt.claims', true), '')::jsonb;
end $$;

-- The appliance sets the claims that policies ask for one by one as well (request.jwt.claim.…, the older form), the
-- organisation only where rows of it may be read: reading a setting costs a tenth of reading the JSON. Where only
-- request.jwt.claims is set, that is read.
create function private.uid() returns uuid
language plpgsql stable parallel safe as $$
declare
  person text := current_setting('request.jwt.claim.sub', true);
begin
  if person <> '' then
    return person;
  end if;
  person := nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub';
  -- The tokens of machines may name something else than a person.
  return case when length(person) = 36 then person end;
end $$;

create function private.user_role() returns text
language plpgsql stable parallel safe as $$
declare
  role text := current_setting('request.jwt.claim.user_role', true);
begin
  if role <> '' then
    return role;
  end if;
  return nullif(current_setting('request.jwt.claims', true), '')::json ->> 'user_role';
end $$;

-- The organisation the caller acts in. A platform administrator acts in none: that role reads no personal data.
create function private.organization() returns uuid
language plpgsql stable parallel safe as $$
declare
  organization text := current_setting('request.jwt.claim.organization_id', true);
  claims json;
begin
  if organization <> '' then
    return organization;
  end if;
  claims := nullif(current_setting('request.jwt.claims', true), '')::json;
  if claims ->> 'user_role' = 'global_admin' then
    return null;
  end if;
  return claims ->> 'organization_id';
end $$;

create function private.local_association() returns uuid
language plpgsql stable parallel safe as $$
begin
  return nullif(current_setting('request.jwt.claims', true), '')::json ->> 'local_association_id';
end $$;

create function private.has_role(variadic roles text[]) returns boolean
language plpgsql stable parallel safe as $$
begin
  return coalesce(private.user_role() = any (roles), false);
end $$;

-- Coordinators and administrators of the active organisation.
create function private.is_staff() returns boolean
language plpgsql stable parallel safe as $$
declare
  role text := current_setting('request.jwt.claim.user_role', true);
begin
  if role <> '' then
    return role in ('coordinator', 'org_admin');
  end if;
  role := nullif(current_setting('request.jwt.claims', true), '')::json ->> 'user_role';
  return coalesce(role in ('coordinator', 'org_admin'), false);
end $$;

-- The person whose rows alone the caller may see; null for coordinators and administrators, who see everybody's. Whoever is
-- nobody sees the rows of nobody. Asked in place of uid() and is_staff(): each sub-select of a policy is planned for itself.
create function private.only_person() returns uuid
language plpgsql stable parallel safe as $$
declare
  role text := current_setting('request.jwt.claim.user_role', true);
  person text := current_setting('request.jwt.claim.sub', true);
begin
  if role in ('coordinator', 'org_admin') then
    return null;
  elsif role <> '' and person <> '' then
    return person;
  elsif private.is_staff() then
    return null;
  end if;
  return coalesce(private.uid(), '00000000-0000-0000-0000-000000000000');
end $$;

-- The database roles that row rules do not bind. Everybody else is bound: `authenticated`, and any role a project makes that
-- inherits from it. A function that runs with its owner's rights names the role that asks.
create function private.is_trusted(whom text default current_user) returns boolean
language plpgsql stable parallel safe as $$
begin
  return whom in ('postgres', 'service_role', 'supabase_admin', 'supabase_auth_admin');
end $$;

-- Maintenance (key rotation) leaves updated_at and the audit log alone; a request can never claim to be it.
create function private.is_maintenance() returns boolean
language plpgsql stable parallel safe as $$
begin
  return current_setting('stabbur.maintenance', true) = 'on' and private.is_trusted() and current_user <> 'service_role';
end $$;

-- Ids of the organisations in the token in which the caller holds one of these roles, as text: folder names are text.
create function private.organizations_as(variadic roles text[]) returns text[]
language plpgsql stable parallel safe as $$
begin
  return array(
    select member ->> 'id'
    from jsonb_array_elements(coalesce(private.claims() -> 'organizations', '[]')) as member
    where member ->> 'role' = any (roles));
end $$;

grant execute on function
  private.claims(), private.uid(), private.user_role(), private.organization(), private.local_association(), private.has_role(text[]),
  private.is_staff(), private.only_person(), private.is_trusted(text), private.is_maintenance(), private.organizations_as(text[])
  to anon, authenticated, service_role, supabase_auth_admin;

-- Writers of one organisation take turns until they commit. So updated_at grows in commit order (a delta query misses
-- nothing) and the organisation's audit chain has one end.
create function private.take_turn(organization uuid) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.organization:' || coalesce(organization::text, 'platform'), 0));
end $$;
grant execute on function private.take_turn(uuid) to anon, authenticated, service_role, supabase_auth_admin;

-- Before the first row is locked, so that two statements over several rows cannot wait for each other.
create function private.take_turn_first() returns trigger
language plpgsql as $$
begin
  if private.organization() is not null then
    perform private.take_turn(private.organization());
  end if;
  return null;
end $$;

-- created_at and updated_at are the database's. A write that changes nothing leaves updated_at as it is, so a write sent
-- twice is seen once. Argument: the column that names the organisation, '-' where there is none.
create function private.touch() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    new.created_at := old.created_at;
    new.updated_at := old.updated_at;
    if new is not distinct from old or private.is_maintenance() then
      return new;
    end if;
  end if;
  if tg_argv[0] <> '-' then
    perform private.take_turn((to_jsonb(new) ->> tg_argv[0])::uuid);
  end if;
  if tg_op = 'INSERT' then
    new.created_at := clock_timestamp();
    new.updated_at := new.created_at;
  else
    new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 microsecond');
  end if;
  return new;
end $$;

create function private.stay_in_organization() returns trigger
language plpgsql as $$
begin
  if new.organization_id is distinct from old.organization_id then
    raise exception 'a row of % cannot be moved to another organization', tg_table_name using errcode = '42501';
  end if;
  return new;
end $$;
