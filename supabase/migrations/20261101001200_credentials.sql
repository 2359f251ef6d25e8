-- API keys and tokens of programs in the audit log, and an organisation's administrators over its programs' tokens.

-- Called by the appliance whenever one is made, used or revoked, whoever does it.
create function public.credential_changed_hook(event jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  kind text := event ->> 'kind';
  before jsonb := nullif(event -> 'before', 'null');
  after jsonb := event -> 'after';
  organization uuid := (after ->> 'organization_id')::uuid;
  told jsonb := jsonb_strip_nulls(jsonb_build_object(
    'name', after -> 'name', 'type', after -> 'kind', 'role', after -> 'role', 'expires_at', after -> 'expires_at'));
begin
  if before is null then
    perform private.write_audit(organization, private.uid(), private.actor_role(), kind || '_created', kind || 's', after ->> 'id', told);
  elsif before ->> 'revoked_at' is null and after ->> 'revoked_at' is not null then
    perform private.write_audit(organization, private.uid(), private.actor_role(), kind || '_revoked', kind || 's', after ->> 'id', told);
  elsif before ->> 'last_used_at' is distinct from after ->> 'last_used_at' then
    perform private.write_audit(organization, (after ->> 'id')::uuid, after ->> 'role', 'sign_in', null, null,
      jsonb_build_object('method', kind, 'name', after -> 'name'));
  end if;
end $$;
revoke execute on function public.credential_changed_hook(jsonb) from public, anon, authenticated, service_role;

-- The tokens of the administrator's organisation; nobody learns a token's text again.
create function public.application_tokens() returns table (
  id uuid, name text, role text, created_at timestamptz, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.has_role('org_admin') or private.organization() is null then
    raise exception 'administrators of an organization only' using errcode = '42501';
  end if;
  return query
    select t.id, t.name, t.role, t.created_at, t.expires_at, t.revoked_at, t.last_used_at
    from stabbur.application_tokens t where t.organization_id = private.organization() order by t.created_at, t.id;
end $$;

create function public.revoke_application_token(token uuid) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if not private.has_role('org_admin') or private.organization() is null then
    raise exception 'administrators of an organization only' using errcode = '42501';
  end if;
  update stabbur.application_tokens t set revoked_at = now()
  where t.id = revoke_application_token.token and t.organization_id = private.organization() and t.revoked_at is null;
  if not found then
    raise exception 'There is no such active token' using errcode = 'PT404';
  end if;
end $$;
revoke execute on function public.application_tokens(), public.revoke_application_token(uuid) from public, anon, authenticated, service_role;
grant execute on function public.application_tokens(), public.revoke_application_token(uuid) to authenticated;
