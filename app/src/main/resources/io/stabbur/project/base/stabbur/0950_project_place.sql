-- A dump that is restored under a running server replaces the id of the project by its source's. The id counts at the place only
-- that it was bound to: this cluster, where that may be asked, and this database.
alter table stabbur.project_identity add column place text;

create function stabbur.place() returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  cluster text := '';
begin
  if has_function_privilege('pg_catalog.pg_control_system()', 'execute') then
    cluster := (select system_identifier::text from pg_catalog.pg_control_system());
  end if;
  return cluster || '/' || (select oid::text from pg_catalog.pg_database where datname = current_database());
end $$;
revoke execute on function stabbur.place() from public;

create or replace function stabbur.identity() returns uuid
language sql stable security definer set search_path = '' as $$
  select id from stabbur.project_identity where place is null or place = stabbur.place()
$$;
