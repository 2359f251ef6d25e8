-- Membership in the access token. Policies trust these claims, so they come from the tables here and from nowhere else.

-- The claims of one person: every active membership of an active organisation, and the active one: the wanted, else the
-- primary, else the oldest. Null where the wanted one is not among them.
create function private.membership_claims(person uuid, wanted uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  memberships jsonb;
  active jsonb;
begin
  select coalesce(jsonb_agg(
      jsonb_build_object('id', m.organization_id, 'role', m.role, 'local_association_id', m.local_association_id)
      order by m.is_primary desc, m.created_at, m.id), '[]')
  into memberships
  from public.memberships m join public.organizations o on o.id = m.organization_id
  where m.user_id = person and m.status = 'active' and o.status = 'active';
  if wanted is null then
    active := memberships -> 0;
  else
    select member into active from jsonb_array_elements(memberships) as member where member ->> 'id' = wanted::text;
    if active is null then
      return null;
    end if;
  end if;
  return jsonb_build_object(
    'organization_id', active -> 'id',
    'local_association_id', active -> 'local_association_id',
    'user_role', case
      when wanted is null and exists (select from public.platform_admins a where a.user_id = person) then to_jsonb('global_admin'::text)
      else active -> 'role' end,
    'organizations', memberships);
end $$;

create function public.custom_access_token_hook(event jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  person uuid := (event ->> 'user_id')::uuid;
  membership jsonb := private.membership_claims(person);
begin
  if event ->> 'authentication_method' is distinct from 'token_refresh' and current_setting('transaction_read_only') = 'off' then
    perform private.write_audit((membership ->> 'organization_id')::uuid, person, membership ->> 'user_role', 'sign_in', null, null,
      jsonb_build_object('method', event ->> 'authentication_method'));
  end if;
  return jsonb_build_object('claims', coalesce(event -> 'claims', '{}') || membership);
end $$;
revoke execute on function public.custom_access_token_hook(jsonb) from public, anon, authenticated, service_role;
grant usage on schema public to supabase_auth_admin;
grant execute on function public.custom_access_token_hook(jsonb) to supabase_auth_admin;

-- For `membership-check: database`: before the query of a request, in the same exchange, the claims are read anew.
-- A membership that is gone gives no access; where the organisation was asked for by name, the request is refused.
create function private.renew_claims(named boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  claims jsonb := private.claims();
  fresh jsonb;
begin
  -- Roles of a project's own that inherit from `authenticated` are members like everybody else.
  if claims ->> 'sub' is null or claims ->> 'role' in ('anon', 'service_role') then
    return;
  end if;
  if named then
    fresh := private.membership_claims((claims ->> 'sub')::uuid, (claims ->> 'organization_id')::uuid);
    if fresh is null then
      raise exception 'not_a_member' using errcode = 'SB403';
    end if;
  else
    fresh := private.membership_claims((claims ->> 'sub')::uuid);
    if fresh -> 'organization_id' is distinct from claims -> 'organization_id' then
      -- The token's organisation, if still a membership; never another one than the token says.
      fresh := coalesce(
        case when claims ->> 'organization_id' is not null
          then private.membership_claims((claims ->> 'sub')::uuid, (claims ->> 'organization_id')::uuid) end,
        fresh || '{"organization_id": null, "local_association_id": null}'
          || case when fresh ->> 'user_role' = 'global_admin' then '{}'::jsonb else '{"user_role": null}' end);
    end if;
  end if;
  perform set_config('request.jwt.claims', (claims || fresh)::text, true),
    set_config('request.jwt.claim.organization_id',
      case when fresh ->> 'user_role' = 'global_admin' then '' else coalesce(fresh ->> 'organization_id', '') end, true),
    set_config('request.jwt.claim.user_role', coalesce(fresh ->> 'user_role', ''), true);
end $$;
grant execute on function private.renew_claims(boolean) to authenticated, service_role, anon;
