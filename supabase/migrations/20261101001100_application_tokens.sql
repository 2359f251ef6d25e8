-- Programs of an organisation: their access tokens carry the claims of a member with their role, so the same policies decide.
-- Asked when such a token is made and each time it is exchanged.
create function public.application_token_hook(event jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  organization uuid := (event -> 'token' ->> 'organization_id')::uuid;
  role text := event -> 'token' ->> 'role';
begin
  if role not in ('peer_mentor', 'coordinator', 'org_admin') then
    return '{"error": {"http_code": 400, "message": "role must be peer_mentor, coordinator or org_admin"}}';
  end if;
  if not exists (select from public.organizations o where o.id = organization and o.status = 'active') then
    return '{"error": {"http_code": 403, "message": "The organization does not exist or is suspended"}}';
  end if;
  return jsonb_build_object('claims', coalesce(event -> 'claims', '{}') || jsonb_build_object(
    'organization_id', organization,
    'local_association_id', null,
    'user_role', role,
    'organizations', jsonb_build_array(jsonb_build_object('id', organization, 'role', role, 'local_association_id', null))));
end $$;
revoke execute on function public.application_token_hook(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.application_token_hook(jsonb) to supabase_auth_admin;

-- For `membership-check: database`: a program has no membership to look up; its own token is.
alter function private.renew_claims(boolean) rename to renew_member_claims;
create function private.renew_claims(named boolean) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  claims jsonb := private.claims();
begin
  if claims ->> 'application_token' is null then
    perform private.renew_member_claims(named);
  elsif not stabbur.application_token_counts((claims ->> 'application_token')::uuid, (claims ->> 'organization_id')::uuid)
    or not exists (
      select from public.organizations o where o.id = (claims ->> 'organization_id')::uuid and o.status = 'active') then
    raise exception 'not_a_member' using errcode = 'SB403';
  elsif named then
    -- The request named the organisation the token is for anyway; its role is the token's.
    claims := claims || jsonb_build_object('user_role', claims -> 'organizations' -> 0 -> 'role');
    perform set_config('request.jwt.claims', claims::text, true),
      set_config('request.jwt.claim.user_role', claims ->> 'user_role', true);
  end if;
end $$;
revoke execute on function private.renew_claims(boolean), private.renew_member_claims(boolean) from public;
grant execute on function private.renew_claims(boolean) to authenticated, service_role, anon;
