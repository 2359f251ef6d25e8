-- Changes of rights that were noted for later requests, or not at all, and that read replicas (0900_read_replicas) and the sockets
-- of other processes (0500_realtime) must hear of as well.

create function stabbur.tell_account_change(account uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_notify('stabbur_account_changes', account::text), set_config('stabbur.rights_changed', 'true', false);
end $$;

-- As 0480_account_changes has it. A factor is used with each sign-in, which changes its row: that is nothing to tell.
create or replace function stabbur.note_factor() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into stabbur.account_changes (account, changed_at, has_factor)
  select new.user_id, '-infinity', true
  where not exists (select from stabbur.account_changes c where c.account = new.user_id and c.has_factor);
  if tg_op = 'INSERT' or old.status is distinct from new.status then
    perform stabbur.tell_account_change(new.user_id);
  end if;
  return null;
end $$;

-- A program's token is asked with each request where memberships are, so nothing is noted of it.
create function stabbur.tell_token_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform stabbur.tell_account_change(old.id);
  return null;
end $$;
create trigger stabbur_tell_change after update on stabbur.application_tokens for each row
  when ((old.revoked_at, old.expires_at, old.role, old.organization_id, old.identity)
    is distinct from (new.revoked_at, new.expires_at, new.role, new.organization_id, new.identity))
  execute function stabbur.tell_token_change();
create trigger stabbur_tell_deletion after delete on stabbur.application_tokens for each row
  execute function stabbur.tell_token_change();
revoke execute on function
  stabbur.tell_account_change(uuid), stabbur.note_factor(), stabbur.tell_token_change() from public;
