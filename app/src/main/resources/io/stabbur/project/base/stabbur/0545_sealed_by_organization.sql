-- Personal data belongs to the organization that its row names: a row that names none holds none, and what is moved to another
-- organization is encrypted with the key of that one, or refused where this transaction was not given both keys.
create or replace function stabbur_organization.sealed(given text, stored text, name text) returns text
language plpgsql volatile as $$
declare
  clear text;
begin
  if given is null then
    return null;
  elsif name is null then
    raise exception 'personal data needs an organization, and this row names none' using errcode = '42501';
  elsif starts_with(stored, 'pd1.') and split_part(stored, '.', 3) <> name then
    clear := stabbur_organization.open(stored);
    if given = stored and clear <> stored then
      return stabbur_organization.seal(clear, stabbur_organization.current_key_version(), name);
    elsif given = stored then
      raise exception 'personal data of one organization cannot be moved to another without the keys of both' using errcode = '42501';
    end if;
    return stabbur_organization.sealed(given, null, name);
  elsif given = stored then
    return given;
  elsif starts_with(given, 'pd1.') then
    if split_part(given, '.', 3) <> name then
      raise exception 'personal data of one organization cannot be copied to another' using errcode = '42501';
    end if;
    clear := stabbur_organization.open(given);
    return case
      when split_part(given, '.', 2) = split_part(stored, '.', 2) and clear = stabbur_organization.open(stored) then stored
      else given end;
  end if;
  clear := ltrim(given, E'\x01');
  if stored is not null and clear = stabbur_organization.open(stored) then
    return stored;
  end if;
  return stabbur_organization.seal(clear, stabbur_organization.current_key_version(), name);
end $$;

-- A transaction is handed the key of the organization in the token. Where the memberships were read anew and it is another one
-- or none, the key goes; that of profiles stays.
create function stabbur_organization.keep_keys_of(organization text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  given jsonb := nullif(current_setting('stabbur.keys', true), '')::jsonb;
begin
  if given ? 'keys' then
    perform set_config('stabbur.keys', (given || jsonb_build_object('keys', (
      select coalesce(jsonb_object_agg(k.key, k.value), '{}') from jsonb_each(given -> 'keys') k
      where split_part(k.key, '.', 2) in ('profiles', 'organisation:' || organization))))::text, true);
  end if;
end $$;
revoke execute on function stabbur_organization.keep_keys_of(text) from public;

-- As in 0540, and the keys of an organization that the caller is no longer in are taken back.
create or replace function stabbur.confirm_caller(person uuid, session uuid, named boolean, needs_factor boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  account record;
  is_here boolean;
  schema stabbur.organization_schema;
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
  select * into schema from stabbur.organization_schema;
  provider := schema.functions;
  if provider is null and to_regprocedure('private.renew_claims(boolean)') is not null then
    -- a schema of before there was a contract, whose newest migration has not run yet
    provider := 'private';
  end if;
  if provider is not null and (is_here or claims ? 'application_token') then
    if to_regprocedure(format('%I.renew_claims(boolean)', provider)) is null then
      provider := 'stabbur_organization';
    end if;
    execute format('select %I.renew_claims($1)', provider) using named;
    claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    perform stabbur_organization.keep_keys_of(
      case when claims ->> 'user_role' = schema.platform_role then null else claims ->> 'organization_id' end);
  elsif named and not claims -> 'organizations' @> jsonb_build_array(jsonb_build_object('id', claims -> 'organization_id')) then
    raise exception 'not_a_member' using errcode = 'SB403';
  end if;
end $$;
