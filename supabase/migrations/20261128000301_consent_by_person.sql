-- Consent is kept by person and organisation, which no update of a membership can change, and not by the membership's id.

alter table private.membership_invitations add column user_id uuid, add column organization_id uuid;
update private.membership_invitations i set user_id = m.user_id, organization_id = m.organization_id
from public.memberships m where m.id = i.membership_id;
alter table private.membership_invitations
  alter column user_id set not null,
  alter column organization_id set not null,
  add unique (user_id, organization_id),
  add foreign key (user_id, organization_id) references public.memberships (user_id, organization_id) on delete cascade;

create function private.name_invited_person() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select m.user_id, m.organization_id into new.user_id, new.organization_id
  from public.memberships m where m.id = new.membership_id;
  return new;
end $$;
create trigger a_person before insert on private.membership_invitations for each row execute function private.name_invited_person();

create function private.awaits_consent(person uuid, organization uuid) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (select from private.membership_invitations i where i.user_id = person and i.organization_id = organization);
end $$;
revoke execute on function private.name_invited_person(), private.awaits_consent(uuid, uuid) from public;
grant execute on function private.awaits_consent(uuid, uuid) to authenticated;

create or replace function private.check_membership() returns trigger
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
  -- Asked of a row that an upsert proposes, too: it may end as an update of a row that waits.
  if new.status = 'active' and private.awaits_consent(new.user_id, new.organization_id) then
    perform private.refuse('this person has not accepted the membership yet');
  end if;
  if new.user_id is distinct from private.uid()
      and new.is_primary is distinct from (case when tg_op = 'UPDATE' then old.is_primary else false end) then
    perform private.refuse('which membership is the primary one is for the member to say');
  end if;
  return new;
end $$;

-- Before this, the row after the change was asked for; a row keeps its person and its organisation, so the row before it is.
create or replace function private.end_invitation() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'active' then
    delete from private.membership_invitations i where i.user_id = old.user_id and i.organization_id = old.organization_id;
  else
    update private.membership_invitations i set ends_at = least(i.ends_at, now())
    where i.user_id = old.user_id and i.organization_id = old.organization_id;
  end if;
  return new;
end $$;

drop function private.awaits_consent(uuid);
