-- The function that gives the vault its keys, of the file that the setting stabbur.path names. The schema and the function
-- belong to the superuser: the owner of the project may call it, and change neither.
do $$
begin
  if to_regnamespace('stabbur_engine') is null then
    create schema stabbur_engine;
  end if;
  execute format('alter schema stabbur_engine owner to %I', current_user);
  drop function if exists stabbur_engine.vault_keys();
  execute format(
    'create function stabbur_engine.vault_keys() returns jsonb language sql stable security definer set search_path = pg_catalog
     return pg_catalog.pg_read_file(%L, 0, 1048576, true)::pg_catalog.jsonb', current_setting('stabbur.path'));
  revoke all on function stabbur_engine.vault_keys() from public;
  grant usage on schema stabbur_engine to postgres;
  grant execute on function stabbur_engine.vault_keys() to postgres;
end $$
