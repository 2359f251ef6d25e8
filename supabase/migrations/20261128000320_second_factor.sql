-- Whoever has a verified second factor reads and writes in sessions that were strengthened by it (aal2) only. The appliance
-- answers others 403 insufficient_aal; these rules hold where it does not ask, and where another server reads the tables.

create function private.has_verified_factor(person uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from auth.mfa_factors f where f.user_id = person and f.status = 'verified');
end $$;

create function private.has_needed_factor() returns boolean
language plpgsql stable as $$
begin
  return coalesce(private.claims() ->> 'aal', '') in ('aal2', 'aal3') or not private.has_verified_factor(private.uid());
end $$;
revoke execute on function private.has_verified_factor(uuid), private.has_needed_factor() from public;
grant execute on function private.has_verified_factor(uuid), private.has_needed_factor() to anon, authenticated, service_role;

do $$
declare
  relation regclass;
begin
  for relation in
    select c.oid from pg_class c
    where c.relnamespace = 'public'::regnamespace and (c.oid = 'public.audit_log'::regclass or exists (
      select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'e_touch' and t.tgfoid = 'private.touch'::regproc))
  loop
    execute format('create policy second_factor on %s as restrictive for all to authenticated
      using ((select private.has_needed_factor())) with check ((select private.has_needed_factor()))', relation);
  end loop;
end $$;

create policy stabbur_second_factor on storage.objects as restrictive for all to authenticated
  using (bucket_id not in ('receipts', 'certificates', 'documents', 'avatars') or (select private.has_needed_factor()))
  with check (bucket_id not in ('receipts', 'certificates', 'documents', 'avatars') or (select private.has_needed_factor()));

-- What runs with its owner's rights asks for itself.
create or replace function private.counted_organizations() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.is_trusted(coalesce(nullif(current_setting('role', true), 'none'), session_user)) then
    return array(select o.id from public.organizations o);
  elsif not private.has_needed_factor() then
    return '{}';
  elsif private.has_role('global_admin') then
    return array(select o.id from public.organizations o);
  end if;
  return array[private.organization()];
end $$;

create or replace function public.my_organizations()
  returns table (id uuid, slug text, name text, role public.app_role, local_association_id uuid, is_primary boolean)
language sql stable security definer set search_path = '' as $$
  select o.id, o.slug, o.name, m.role, m.local_association_id, m.is_primary
  from public.memberships m join public.organizations o on o.id = m.organization_id
  where m.user_id = private.uid() and m.status = 'active' and o.status = 'active' and (select private.has_needed_factor())
  order by m.is_primary desc, m.created_at, m.id
$$;

create or replace function public.colleagues()
  returns table (user_id uuid, display_name text, role public.app_role, local_association_id uuid)
language sql stable security definer set search_path = '' as $$
  select m.user_id, p.display_name, m.role, m.local_association_id
  from public.memberships m join public.profiles p on p.id = m.user_id
  where m.organization_id = private.organization() and m.status = 'active' and (select private.has_needed_factor())
$$;

create or replace function public.application_tokens() returns table (
  id uuid, name text, role text, created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_role('org_admin') or private.organization() is null or not private.has_needed_factor() then
    raise exception 'administrators of an organization only' using errcode = '42501';
  end if;
  return query
    select t.id, t.name, t.role, t.created_at, t.expires_at, t.revoked_at, t.last_used_at
    from stabbur.application_tokens t where t.organization_id = private.organization() order by t.created_at, t.id;
end $$;

create or replace function public.revoke_application_token(token uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not private.has_role('org_admin') or private.organization() is null or not private.has_needed_factor() then
    raise exception 'administrators of an organization only' using errcode = '42501';
  end if;
  update stabbur.application_tokens t set revoked_at = now()
  where t.id = revoke_application_token.token and t.organization_id = private.organization() and t.revoked_at is null;
  if not found then
    raise exception 'There is no such active token' using errcode = 'PT404';
  end if;
end $$;

-- The appliance's own question, in the exchange of the request: refused with a reason, where the policies would show no rows.
alter function private.renew_claims(boolean) rename to renew_any_claims;
create function private.renew_claims(named boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not private.has_needed_factor() and private.claims() ->> 'application_token' is null then
    raise exception 'insufficient_aal' using errcode = 'SB403', detail = 'AAL2 session is required: this account has a verified factor';
  end if;
  perform private.renew_any_claims(named);
end $$;
revoke execute on function private.renew_claims(boolean), private.renew_any_claims(boolean) from public, anon, authenticated, service_role;
grant execute on function private.renew_claims(boolean) to authenticated, service_role, anon;
