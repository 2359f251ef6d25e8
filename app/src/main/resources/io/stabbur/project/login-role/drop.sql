-- A role whose sessions are still open stays for an hour after its end. What it made belongs to the owner.
do $$
declare
  ended record;
begin
  for ended in
    select rolname from pg_roles r
    where rolname like 'cli\_login\_%'
      and (current_setting('stabbur.which') = 'all'
        or rolvaliduntil is null
        or rolvaliduntil < now() - interval '1 hour'
        or rolvaliduntil < now() and not exists (select from pg_stat_activity a where a.usename = r.rolname))
  loop
    -- one that cannot be dropped, such as for a right in another database, keeps no other
    begin
      perform pg_terminate_backend(pid, 2000) from pg_stat_activity where usename = ended.rolname;
      execute format('reassign owned by %I to postgres', ended.rolname);
      execute format('drop owned by %I', ended.rolname);
      execute format('drop role %I', ended.rolname);
    exception when others then
      raise warning 'the role % cannot be dropped: %', ended.rolname, sqlerrm;
    end;
  end loop;
end
$$
