-- Notes whose memberships have changed since their access tokens were made, where the appliance keeps such notes: it asks for
-- memberships in the tables then, and believes the token otherwise.

create function private.note_members(people uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if to_regprocedure('stabbur.note_account_changes(uuid[], timestamptz)') is not null then
    perform stabbur.note_account_changes(people);
  end if;
end $$;

-- Of a statement that adds or removes memberships or platform administrators.
create function private.note_changed_members() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.note_members(array(select user_id from changed));
  return null;
end $$;

create function private.note_changed_member() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.note_members(array[old.user_id]);
  return null;
end $$;

create function private.note_changed_organization() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.note_members(array(select m.user_id from public.memberships m where m.organization_id = old.id));
  return null;
end $$;
revoke execute on function
  private.note_members(uuid[]), private.note_changed_members(), private.note_changed_member(), private.note_changed_organization() from public;

do $$
declare
  relation text;
begin
  foreach relation in array array['memberships', 'platform_admins'] loop
    execute format('create trigger y_note_new after insert on public.%I referencing new table as changed
      for each statement execute function private.note_changed_members()', relation);
    execute format('create trigger y_note_gone after delete on public.%I referencing old table as changed
      for each statement execute function private.note_changed_members()', relation);
  end loop;
end $$;
create trigger y_note_change after update on public.memberships for each row
  when ((old.role, old.status, old.local_association_id, old.is_primary) is distinct from (new.role, new.status, new.local_association_id, new.is_primary))
  execute function private.note_changed_member();
create trigger y_note_change after update on public.organizations for each row
  when (old.status is distinct from new.status) execute function private.note_changed_organization();
