-- Who may make somebody a member at once, what the audit log shows of those who have not accepted, and whose key encrypts a value.

-- People are added through the management API by everybody, administrators of the platform included: it knows whether somebody
-- else than its owner may know a way into an account. Nobody activates a membership that waits in place of its person.
create or replace function private.check_membership() returns trigger
language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.user_id <> old.user_id then
    perform private.refuse('a membership cannot be handed to somebody else');
  end if;
  if private.is_trusted() then
    return new;
  end if;
  if private.has_role('global_admin') and new.user_id = private.uid() then
    perform private.refuse('a platform administrator is made a member by somebody else');
  end if;
  -- User ids are no secret. People are added by their address, by the management API, which names whom it adds.
  if tg_op = 'INSERT' and current_setting('stabbur.joining', true) is distinct from new.user_id::text
      and not (private.belongs(new.user_id, new.organization_id)
        and (private.has_role('global_admin') or new.organization_id is not distinct from private.organization())) then
    perform private.refuse('people are added to an organization through the management API');
  end if;
  -- Asked of a row that an upsert proposes, too: it may end as an update of a row that waits.
  if new.status = 'active' and private.awaits_consent(new.user_id, new.organization_id) then
    perform private.refuse('this person has not accepted the membership yet');
  end if;
  if private.has_role('global_admin') then
    return new;
  end if;
  if new.user_id is distinct from private.uid()
      and new.is_primary is distinct from (case when tg_op = 'UPDATE' then old.is_primary else false end) then
    perform private.refuse('which membership is the primary one is for the member to say');
  end if;
  return new;
end $$;

-- A row that is made active is a member without having accepted: for the service role and the owner, and for administrators of the
-- platform through the management API. Asked of rows that were made, not of those that an upsert proposes and then updates.
create function private.refuse_unaccepted() returns trigger
language plpgsql as $$
begin
  if not private.is_trusted()
      and not (private.has_role('global_admin') and current_setting('stabbur.joining', true) = new.user_id::text) then
    perform private.refuse('this person has not accepted the membership yet');
  end if;
  return null;
end $$;
create trigger c_consent after insert on public.memberships
  for each row when (new.status = 'active') execute function private.refuse_unaccepted();

-- Entries of before the log left out whose membership waits, and of refused switches of such a person, cannot be changed: the
-- chains hold them. An organisation is not shown those of people who have never accepted.
create index on public.audit_log (chain, row_id) where table_name = 'memberships';

create function private.unaccepted_entries() returns bigint[]
language plpgsql stable security definer set search_path = '' as $$
declare
  here constant uuid := private.organization();
begin
  if private.has_role('global_admin') or here is null then
    return '{}';
  end if;
  return array(
    select a.id from public.audit_log a
    where a.chain = private.audit_chain(here, '') and a.table_name = 'memberships' and a.changed ->> 'status' = 'suspended'
      and case when length(a.changed ->> 'user_id') = 36 then not private.belongs((a.changed ->> 'user_id')::uuid, here) else false end
      -- somebody who has accepted was active at one time
      and not exists (
        select from public.audit_log b
        where b.chain = a.chain and b.table_name = 'memberships' and b.row_id = a.row_id
          and (b.changed ->> 'status' = 'active' or b.changed -> 'status' ->> 'to' = 'active' or b.changed -> 'status' ->> 'from' = 'active'))
    union all
    select a.id from public.audit_log a
    where a.chain = private.audit_chain(here, 'switch_refused') and a.action = 'switch_refused' and a.actor_id is not null
      and not private.belongs(a.actor_id, here)
      and not exists (select from public.audit_log b where b.chain = a.chain and b.action = 'sign_in' and b.actor_id = a.actor_id));
end $$;
revoke execute on function private.refuse_unaccepted(), private.unaccepted_entries() from public, anon, authenticated, service_role;
grant execute on function private.unaccepted_entries() to authenticated;

alter policy admins_read on public.audit_log
  using (chain = any ((select private.audited_chains())::uuid[]) and id <> all ((select private.unaccepted_entries())::bigint[]));

-- As stabbur_organization.sealed: a row without an organisation holds no personal data, and what is moved to another one is
-- encrypted with the key of that one, or refused where this transaction was not given both keys.
create or replace function private.sealed(given text, stored text, name text) returns text
language plpgsql volatile as $$
declare
  clear text;
begin
  if given is null then
    return null;
  elsif name is null then
    raise exception 'personal data needs an organization, and this row names none' using errcode = '42501';
  elsif starts_with(stored, 'pd1.') and split_part(stored, '.', 3) <> name then
    clear := private.open(stored);
    if given = stored and clear <> stored then
      return private.seal(clear, private.current_key_version(), name);
    elsif given = stored then
      raise exception 'personal data of one organization cannot be moved to another without the keys of both' using errcode = '42501';
    end if;
    return private.sealed(given, null, name);
  elsif given = stored then
    return given;
  elsif starts_with(given, 'pd1.') then
    if split_part(given, '.', 3) <> name then
      raise exception 'personal data of one organization cannot be copied to another' using errcode = '42501';
    end if;
    clear := private.open(given);
    return case
      when split_part(given, '.', 2) = split_part(stored, '.', 2) and clear = private.open(stored) then stored
      else given end;
  end if;
  clear := ltrim(given, E'\x01');
  if stored is not null and clear = private.open(stored) then
    return stored;
  end if;
  return private.seal(clear, private.current_key_version(), name);
end $$;
