-- What may change in a row a caller may write, and who must be somebody else. Policies say which rows; these say which changes.
-- They bind everybody but the trusted roles; migrations, the service role and foreign keys that clear a column pass.

create function private.refuse(reason text) returns void
language plpgsql as $$ begin raise exception '%', reason using errcode = '42501'; end $$;

-- Names of the columns an update changes, those the database sets left out.
create function private.changed_columns(before jsonb, after jsonb) returns text[]
language plpgsql immutable as $$
begin
  return array(
    select key from jsonb_each(after)
    where value is distinct from before -> key and key not in ('created_at', 'updated_at', 'email_hash', 'phone_hash') order by key);
end $$;

-- Refuses a change of any column not named.
create function private.only_change(relation text, before jsonb, after jsonb, variadic allowed text[]) returns void
language plpgsql as $$
declare
  others text[] := array(select unnest(private.changed_columns(before, after)) except select unnest(allowed));
begin
  if cardinality(others) > 0 then
    perform private.refuse(format('your role may not change %s of %s', array_to_string(others, ', '), relation));
  end if;
end $$;

-- Is this person an active member here? Asked for names a caller puts into a row.
create function private.is_member(person uuid, organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.memberships m where m.user_id = person and m.organization_id = organization and m.status = 'active');
end $$;

-- Whether the person has a membership here, active or not; and whether anywhere else.
create function private.belongs(person uuid, organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from public.memberships m where m.user_id = person and m.organization_id = organization);
end $$;
create function private.belongs_elsewhere(person uuid, organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from public.memberships m where m.user_id = person and m.organization_id <> organization);
end $$;
grant execute on function private.belongs(uuid, uuid) to anon, authenticated, service_role;
grant execute on function private.belongs_elsewhere(uuid, uuid) to supabase_auth_admin;

grant execute on function private.refuse(text), private.changed_columns(jsonb, jsonb), private.only_change(text, jsonb, jsonb, text[]),
  private.is_member(uuid, uuid) to anon, authenticated, service_role;

create function private.check_organization() returns trigger
language plpgsql as $$
begin
  if not private.is_trusted() and not private.has_role('global_admin') then
    perform private.only_change('organizations', to_jsonb(old), to_jsonb(new), 'name', 'settings');
  end if;
  return new;
end $$;
create trigger c_rules before update on public.organizations for each row execute function private.check_organization();

-- Whoever has an account already becomes a member by saying so: with the code that the organisation gave to the person, and
-- with the account. Until then the membership is suspended. The code is kept as a hash and good for 14 days; whoever may
-- suspend the membership ends it sooner. The row stays until the person has accepted, so that nobody accepts in their place.
create table private.membership_invitations (
  membership_id uuid primary key references public.memberships on delete cascade,
  code_hash bytea not null unique,
  created_at timestamptz not null default now(),
  ends_at timestamptz not null default now() + interval '14 days'
);

create function private.await_consent(membership uuid, code_hash text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.membership_invitations (membership_id, code_hash)
  select m.id, decode(await_consent.code_hash, 'hex') from public.memberships m
  where m.id = membership and m.organization_id = private.organization() and m.status = 'suspended' and private.has_role('org_admin');
  if not found then
    perform private.refuse('only an administrator of the organization has a person asked, for a membership that is suspended');
  end if;
end $$;

create function private.awaits_consent(membership uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from private.membership_invitations i where i.membership_id = membership);
end $$;
grant execute on function private.await_consent(uuid, text), private.awaits_consent(uuid) to authenticated;

create function public.accept_membership(code text) returns uuid
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
  delete from private.membership_invitations i where i.membership_id = accepted.id;
  update public.memberships m set status = 'active' where m.id = accepted.id;
  return accepted.organization_id;
end $$;
revoke execute on function public.accept_membership(text) from public, anon;
grant execute on function public.accept_membership(text) to authenticated;

create function private.check_membership() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.user_id <> old.user_id then
    perform private.refuse('a membership cannot be handed to somebody else');
  end if;
  if private.is_trusted() then
    return new;
  end if;
  if private.has_role('global_admin') then
    if new.user_id = private.uid() then
      perform private.refuse('a platform administrator is made a member by somebody else');
    end if;
    return new;
  end if;
  -- User ids are no secret. People are added by their address, by the management API, which names whom it adds.
  if tg_op = 'INSERT' and current_setting('stabbur.joining', true) is distinct from new.user_id::text
      and (new.organization_id is distinct from private.organization() or not private.belongs(new.user_id, new.organization_id)) then
    perform private.refuse('people are added to an organization through the management API');
  end if;
  if tg_op = 'UPDATE' and new.status = 'active' and old.status <> 'active' and private.awaits_consent(new.id) then
    perform private.refuse('this person has not accepted the membership yet');
  end if;
  if new.user_id is distinct from private.uid()
      and new.is_primary is distinct from (case when tg_op = 'UPDATE' then old.is_primary else false end) then
    perform private.refuse('which membership is the primary one is for the member to say');
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.memberships for each row execute function private.check_membership();

-- Whoever sets the status of a membership decides in place of the code: suspended, though it was so before, ends it.
create function private.end_invitation() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'active' then
    delete from private.membership_invitations i where i.membership_id = new.id;
  else
    update private.membership_invitations i set ends_at = least(i.ends_at, now()) where i.membership_id = new.id;
  end if;
  return new;
end $$;
create trigger d_invitation before update of status on public.memberships for each row execute function private.end_invitation();

create function private.check_contact() returns trigger
language plpgsql as $$
begin
  if private.is_trusted() or (tg_op = 'UPDATE' and new.owner_id is not distinct from old.owner_id) then
    return new;
  end if;
  if private.has_role('peer_mentor') and new.owner_id is distinct from private.uid() then
    perform private.refuse('a contact of a peer mentor is owned by that peer mentor');
  end if;
  if new.owner_id is not null and not private.is_member(new.owner_id, new.organization_id) then
    perform private.refuse('owner_id is not an active member of this organization');
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.contacts for each row execute function private.check_contact();

create function private.check_activity() returns trigger
language plpgsql as $$
begin
  if private.is_trusted() then
    return new;
  end if;
  if private.has_role('peer_mentor') then
    if new.user_id is distinct from private.uid() then
      perform private.refuse('an activity of a peer mentor belongs to that peer mentor');
    end if;
    if new.status not in ('draft', 'submitted') then
      perform private.refuse('an activity is approved by a coordinator');
    end if;
  elsif tg_op = 'UPDATE' then
    perform private.only_change('activities', to_jsonb(old), to_jsonb(new), 'status');
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.activities for each row execute function private.check_activity();

create function private.check_assignment() returns trigger
language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status = 'dispatched' then
      new.dispatched_at := coalesce(new.dispatched_at, clock_timestamp());
    end if;
  elsif new.status = 'dispatched' and old.status <> 'dispatched' then
    new.dispatched_at := clock_timestamp();
  end if;
  if private.is_trusted() then
    return new;
  end if;
  if private.has_role('peer_mentor') and tg_op = 'UPDATE' then
    perform private.only_change('assignments', to_jsonb(old), to_jsonb(new), 'status');
    if new.status <> old.status and new.status not in ('accepted', 'declined', 'completed') then
      perform private.refuse('a peer mentor accepts, declines or completes an assignment');
    end if;
    if new.status <> old.status and old.status = 'completed' then
      perform private.refuse('this assignment is completed');
    end if;
    return new;
  end if;
  if new.peer_mentor_id is not null and (tg_op = 'INSERT' or new.peer_mentor_id is distinct from old.peer_mentor_id)
      and not private.is_member(new.peer_mentor_id, new.organization_id) then
    perform private.refuse('peer_mentor_id is not an active member of this organization');
  end if;
  if new.coordinator_id is not null and (tg_op = 'INSERT' or new.coordinator_id is distinct from old.coordinator_id)
      and not private.is_member(new.coordinator_id, new.organization_id) then
    perform private.refuse('coordinator_id is not an active member of this organization');
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.assignments for each row execute function private.check_assignment();

create function private.check_expense_claim() returns trigger
language plpgsql as $$
begin
  if private.is_trusted() then
    return new;
  end if;
  if private.has_role('peer_mentor') then
    if new.user_id is distinct from private.uid() then
      perform private.refuse('a claim of a peer mentor belongs to that peer mentor');
    end if;
    if new.status not in ('draft', 'submitted') then
      perform private.refuse('a claim is decided by a coordinator or an administrator');
    end if;
    if tg_op = 'INSERT' then
      new.decided_by := null; new.decided_at := null; new.decision_note := null;
    else
      new.decided_by := old.decided_by; new.decided_at := old.decided_at; new.decision_note := old.decision_note;
    end if;
    return new;
  end if;
  if tg_op = 'INSERT' then
    return new;
  end if;
  if old.user_id = private.uid() then
    perform private.refuse('a claim is decided by somebody else than the claimant');
  end if;
  new.decided_by := old.decided_by; new.decided_at := old.decided_at;
  perform private.only_change('expense_claims', to_jsonb(old), to_jsonb(new), 'status', 'decision_note');
  if new.status = old.status then
    return new;
  end if;
  if new.status in ('approved', 'rejected') and old.status = 'submitted' then
    new.decided_by := private.uid();
    new.decided_at := clock_timestamp();
  elsif new.status = 'paid' and old.status = 'approved' and private.has_role('org_admin') then
    null;
  elsif new.status = 'paid' and old.status = 'approved' then
    perform private.refuse('a claim is marked paid by an administrator of the organization');
  else
    perform private.refuse(format('a claim cannot go from %s to %s', old.status, new.status));
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.expense_claims for each row execute function private.check_expense_claim();

create function private.check_certification() returns trigger
language plpgsql as $$
begin
  if private.is_trusted() then
    return new;
  end if;
  if tg_op = 'INSERT' then
    if new.user_id is distinct from private.uid() then
      perform private.refuse('a certification is created by its holder');
    end if;
    if new.status <> 'pending' then
      perform private.refuse('a certification is verified by a coordinator or an administrator');
    end if;
    new.verified_by := null;
    return new;
  end if;
  new.verified_by := old.verified_by;
  perform private.only_change('certifications', to_jsonb(old), to_jsonb(new), 'status');
  if new.status <> old.status and new.status = 'verified' then
    new.verified_by := private.uid();
  end if;
  return new;
end $$;
create trigger c_rules before insert or update on public.certifications for each row execute function private.check_certification();
