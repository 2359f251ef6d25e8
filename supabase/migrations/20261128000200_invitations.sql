-- Whom an organisation invited, as it typed the address: until the person accepts, it learns nothing of whether the address has
-- an account, whose it is, or what became of it.
alter table private.membership_invitations
  -- Null for those who were asked before this was kept.
  add column email text,
  -- The account was made for this invitation: whoever follows its link has accepted.
  add column account_made boolean not null default false;

-- Asked before anybody is looked up, so that neither the answer nor its time tells those who may not add people anything.
create function private.require_may_add(organization uuid) returns void
language plpgsql stable as $$
begin
  if not (private.is_trusted() or private.has_role('global_admin')
      or (private.has_role('org_admin') and private.organization() = require_may_add.organization)) then
    perform private.refuse('people are added to an organization by its administrators');
  end if;
end $$;

-- Whether the caller runs this organisation, or the platform; asked where functions run with their owner's rights.
create function private.administers(organization uuid) returns boolean
language plpgsql stable as $$
begin
  return private.claims() ->> 'role' = 'service_role' or private.has_role('global_admin')
    or (private.has_role('org_admin') and private.organization() = administers.organization);
end $$;

-- Has the person of a suspended membership asked. The code is kept as a hash.
create function private.ask_consent(membership uuid, code_hash text, address text, account_made boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.membership_invitations (membership_id, code_hash, email, account_made)
  select m.id, decode(ask_consent.code_hash, 'hex'), ask_consent.address, ask_consent.account_made from public.memberships m
  where m.id = membership and m.status = 'suspended' and private.administers(m.organization_id);
  if not found then
    perform private.refuse('only an administrator of the organization has a person asked, for a membership that is suspended');
  end if;
end $$;

create function private.is_waiting(membership uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from private.membership_invitations i where i.membership_id = membership);
end $$;

-- Those who have not accepted yet, for who may add people. Whose account it is, is for the operator and the platform to know.
create function private.waiting_members(organization uuid) returns table (
  id uuid, user_id uuid, email text, role public.app_role, status public.membership_status, local_association_id uuid,
  created_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.administers(waiting_members.organization) then
    return query
      select m.id, case when private.has_role('org_admin') then null else m.user_id end,
        case when private.has_role('global_admin') then null else i.email end, m.role, m.status,
        m.local_association_id, m.created_at
      from private.membership_invitations i join public.memberships m on m.id = i.membership_id
      where m.organization_id = waiting_members.organization;
  end if;
end $$;

create or replace function public.accept_membership(code text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  accepted public.memberships;
begin
  select m.* into accepted
  from private.membership_invitations i join public.memberships m on m.id = i.membership_id
  where i.code_hash = sha256(convert_to(code, 'UTF8')) and m.user_id = private.uid() and i.ends_at > now() for update of i;
  if not found then
    raise exception 'no membership with this code waits for you' using errcode = '22023',
      hint = 'a code is good once and for 14 days; ask the organization for a new one';
  end if;
  if not exists (select from public.organizations o where o.id = accepted.organization_id and o.status = 'active') then
    raise exception 'this organization is suspended' using errcode = '22023';
  end if;
  -- Somebody else may know a way into an account that nobody has proven, and would read what the organisation opens to it.
  if not stabbur_auth.may_join(accepted.user_id) then
    raise exception 'you have not shown yet that the address of this account is yours' using errcode = '42501',
      hint = 'sign in with a code or link that is sent to the address, and accept again; where no mail is sent, ask the operator for a link';
  end if;
  delete from private.membership_invitations i where i.membership_id = accepted.id;
  update public.memberships m set status = 'active' where m.id = accepted.id;
  return accepted.organization_id;
end $$;

-- The appliance tells of it in the same transaction. The invitation that made the account is accepted with its link; others
-- wait for their codes.
create function public.invitation_followed_hook(event jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update public.memberships m set status = 'active'
  from private.membership_invitations i
  where i.membership_id = m.id and i.account_made and i.ends_at > now()
    and m.user_id = (event ->> 'user_id')::uuid and m.organization_id = (event ->> 'organization_id')::uuid;
end $$;

revoke execute on function private.require_may_add(uuid), private.administers(uuid), private.ask_consent(uuid, text, text, boolean),
  private.is_waiting(uuid), private.waiting_members(uuid), public.invitation_followed_hook(jsonb)
  from public, anon, authenticated, service_role;
grant execute on function private.require_may_add(uuid), private.administers(uuid), private.ask_consent(uuid, text, text, boolean),
  private.is_waiting(uuid), private.waiting_members(uuid) to authenticated, service_role;
