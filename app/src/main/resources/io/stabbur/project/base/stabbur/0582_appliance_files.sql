-- Files of the appliance itself in the object store, for backups: those of deployed functions. What no version needs any more is
-- noted, and removed as late as other bytes while backups are made.
create table stabbur.function_file_removals (
  key text primary key,
  due_at timestamptz not null default now()
);
create index on stabbur.function_file_removals (due_at);
revoke all on stabbur.function_file_removals from public;

create function stabbur.note_removed_function_files() returns trigger
language plpgsql set search_path = '' as $$
begin
  insert into stabbur.function_file_removals (key) values (old.bundle_key), (old.cache_key) on conflict do nothing;
  return null;
end $$;
revoke execute on function stabbur.note_removed_function_files() from public;
create trigger note_removed_files after delete on stabbur.function_versions
  for each row execute function stabbur.note_removed_function_files();

create view stabbur.appliance_files as
  select f.key, v.created_at, true as is_owned
  from stabbur.function_versions v cross join lateral (values (v.bundle_key), (v.cache_key)) as f (key)
  union all
  select r.key, r.due_at, false from stabbur.function_file_removals r;
revoke all on stabbur.appliance_files from public;
