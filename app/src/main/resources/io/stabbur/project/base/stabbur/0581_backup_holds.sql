-- A base backup holds the bytes of removed files for itself: its end lets go of no other hold. And which files of the last backup
-- have no bytes though rows name them, the first of them.
alter table stabbur.backup_status
  add column bytes_held_by_backup_until timestamptz,
  add column missing_files text[] not null default '{}';

create or replace function stabbur_storage.removals_due() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select case when greatest(bytes_held_until, bytes_held_by_backup_until) > pg_catalog.now() then '-infinity'
    else pg_catalog.now() - bytes_kept end
  from stabbur.backup_status
$$;
