-- Until a person accepts, an organisation sees an invitation: the address as it was typed, the role, the membership's id. The
-- row of the membership names the account, so no API of the organisation shows it, and the audit log does not name it.

-- Memberships of the caller's organisation that wait. None are hidden from the platform and the service role.
create function private.hidden_memberships() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role('global_admin') then
    return '{}';
  end if;
  return array(select i.membership_id from private.membership_invitations i where i.organization_id = private.organization());
end $$;

alter policy staff_read on public.memberships
  using (organization_id = any ((select private.visible_organizations())::uuid[])
    and (select private.has_role('coordinator', 'org_admin', 'global_admin'))
    and id <> all ((select private.hidden_memberships())::uuid[]));
alter policy admins_update on public.memberships
  using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role('org_admin', 'global_admin'))
    and id <> all ((select private.hidden_memberships())::uuid[]));
alter policy admins_delete on public.memberships
  using (organization_id = any ((select private.visible_organizations())::uuid[]) and (select private.has_role('org_admin', 'global_admin'))
    and id <> all ((select private.hidden_memberships())::uuid[]));

-- A membership that waits is none here yet: to propose a row for its person is refused as for a stranger.
create or replace function private.belongs(person uuid, organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.memberships m
    where m.user_id = person and m.organization_id = organization
      and not exists (select from private.membership_invitations i where i.membership_id = m.id));
end $$;

create or replace function private.administers(organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return private.claims() ->> 'role' = 'service_role' or private.has_role('global_admin')
    or (private.has_role('org_admin') and private.organization() = administers.organization and private.has_needed_factor());
end $$;

-- Changes what an organisation wishes for a membership that waits; null when none of this id waits there. What is null stays.
create function private.change_invited(
  organization uuid, membership uuid, role public.app_role, association uuid, status public.membership_status) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  address text;
  changed public.memberships;
begin
  if not private.administers(change_invited.organization) then
    return null;
  end if;
  select i.email into address from private.membership_invitations i
  where i.membership_id = membership and i.organization_id = change_invited.organization;
  if not found then
    return null;
  elsif change_invited.status = 'active' then
    perform private.refuse('this person has not accepted the membership yet');
  end if;
  update public.memberships m set role = coalesce(change_invited.role, m.role),
    local_association_id = coalesce(association, m.local_association_id)
  where m.id = membership returning * into changed;
  -- Named on purpose: whoever suspends a membership that waits ends its code.
  if change_invited.status is not null then
    update public.memberships m set status = change_invited.status where m.id = membership returning * into changed;
  end if;
  return to_jsonb(changed) || jsonb_build_object(
    'user_id', case when private.has_role('org_admin') then null else changed.user_id end, 'email', address);
end $$;

-- Takes an invitation back; null when none of this id waits there.
create function private.withdraw_invitation(organization uuid, membership uuid) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  withdrawn uuid;
begin
  if not private.administers(withdraw_invitation.organization) then
    return null;
  end if;
  delete from public.memberships m using private.membership_invitations i
  where i.membership_id = membership and i.organization_id = withdraw_invitation.organization and m.id = i.membership_id
  returning m.id into withdrawn;
  return withdrawn;
end $$;

-- The invitation is gone when the audit log is told of the row's end.
create function private.note_withdrawn() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_waiting(old.id) then
    perform set_config('stabbur.withdrawn', concat_ws(' ', nullif(current_setting('stabbur.withdrawn', true), ''), old.id), true);
  end if;
  return old;
end $$;
create trigger a_withdrawn before delete on public.memberships for each row execute function private.note_withdrawn();

-- Whether the person of a membership has not accepted it: the management API makes such rows suspended and then asks.
create function private.is_unaccepted(membership jsonb, happened text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return case happened
    when 'INSERT' then membership ->> 'status' = 'suspended' and current_setting('stabbur.joining', true) = membership ->> 'user_id'
    when 'UPDATE' then private.is_waiting((membership ->> 'id')::uuid)
    else membership ->> 'id' = any (string_to_array(current_setting('stabbur.withdrawn', true), ' ')) end;
end $$;

-- As before, but that it does not write down whose membership it is before the person has accepted. Who accepted stands in the
-- entry of the acceptance, as its actor.
create or replace function private.audit_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  subject jsonb := coalesce(after, before);
  masked text[] := tg_argv[0:];
  unwritten constant text[] := array['created_at', 'updated_at', 'email_hash', 'phone_hash'];
  changed jsonb;
  action text := lower(tg_op);
begin
  if current_setting('stabbur.maintenance', true) = 'on' and current_setting('role', true) not in ('anon', 'authenticated', 'service_role') then
    return null;
  end if;
  if tg_table_name = 'memberships' and private.is_unaccepted(subject, tg_op) then
    masked := array_append(masked, 'user_id');
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(a.key, case
        when a.key = any (masked) or a.value #>> '{}' like 'pd1.%' or before ->> a.key like 'pd1.%' then '"***"'
        else jsonb_build_object('from', before -> a.key, 'to', a.value) end)
    into changed
    from jsonb_each(after) a where a.value is distinct from before -> a.key and a.key <> all (unwritten);
    if changed is null then
      return null;
    end if;
    if tg_table_name = 'memberships' and changed ? 'role' then
      action := 'role_changed';
    end if;
  else
    select jsonb_object_agg(a.key, case when a.key = any (masked) or a.value #>> '{}' like 'pd1.%' then '"***"' else a.value end)
    into changed
    from jsonb_each(subject) a where a.value <> 'null' and a.key <> all (unwritten);
  end if;
  perform private.write_audit(
    case when tg_table_name = 'organizations' then subject ->> 'id' else subject ->> 'organization_id' end::uuid,
    private.uid(), private.actor_role(), action, tg_table_name,
    coalesce(subject ->> 'id', subject ->> 'user_id', (subject ->> 'key') || ':' || (subject ->> 'locale')), changed);
  return null;
end $$;

revoke execute on function private.hidden_memberships(), private.is_unaccepted(jsonb, text), private.note_withdrawn(),
  private.change_invited(uuid, uuid, public.app_role, uuid, public.membership_status), private.withdraw_invitation(uuid, uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.hidden_memberships(), private.withdraw_invitation(uuid, uuid),
  private.change_invited(uuid, uuid, public.app_role, uuid, public.membership_status) to authenticated, service_role;
