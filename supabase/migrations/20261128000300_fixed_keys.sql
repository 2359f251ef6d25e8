-- The primary key of a row never changes: triggers, references, folder names and invitations find a row by it, and one
-- statement over several rows could otherwise exchange two of them. Nobody is exempt; a row with a wrong key is deleted.

create function private.refuse_key_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the primary key of a row of % cannot be changed', tg_table_name using errcode = '42501';
end $$;

-- Adds the trigger `a_key` to a table. Every table of `public` that API roles may update needs it.
create function private.fix_key(relation regclass) returns void
language plpgsql as $$
declare
  changes text := (
    select string_agg(format('old.%1$I is distinct from new.%1$I', a.attname), ' or ' order by a.attnum)
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = relation and i.indisprimary);
begin
  execute format('create trigger a_key before update on %s for each row when (%s) execute function private.refuse_key_change()', relation, changes);
end $$;
revoke execute on function private.fix_key(regclass) from public;

do $$
declare
  relation regclass;
begin
  for relation in select t.tgrelid::regclass from pg_trigger t where t.tgname = 'e_touch' and t.tgfoid = 'private.touch'::regproc loop
    perform private.fix_key(relation);
  end loop;
end $$;
