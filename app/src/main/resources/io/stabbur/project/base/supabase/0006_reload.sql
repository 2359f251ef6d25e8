-- Tells the data API to read the schema anew after it changed. Event triggers need a superuser to create them.

create function extensions.pgrst_ddl_watch() returns event_trigger
language plpgsql as $$
begin
  if exists (
    select
    from pg_event_trigger_ddl_commands() as command
    where command.command_tag = any (array[
        'CREATE SCHEMA', 'ALTER SCHEMA',
        'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE',
        'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE',
        'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW',
        'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE PROCEDURE', 'ALTER PROCEDURE',
        'CREATE AGGREGATE', 'ALTER AGGREGATE',
        'CREATE TYPE', 'ALTER TYPE', 'CREATE DOMAIN', 'ALTER DOMAIN', 'CREATE CAST',
        'CREATE TRIGGER', 'CREATE RULE', 'COMMENT'
      ])
      and coalesce(command.schema_name, '') not in ('pg_temp', 'auth', 'storage', 'realtime', 'stabbur')
      and command.object_identity not like '% on pg\_temp.%'
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create function extensions.pgrst_drop_watch() returns event_trigger
language plpgsql as $$
begin
  if exists (
    select
    from pg_event_trigger_dropped_objects() as dropped
    where dropped.object_type in (
        'schema', 'table', 'table column', 'table constraint', 'foreign table', 'view', 'materialized view',
        'function', 'procedure', 'aggregate', 'type', 'domain constraint', 'cast', 'trigger', 'rule'
      )
      and not dropped.is_temporary
      and coalesce(dropped.schema_name, '') not in ('auth', 'storage', 'realtime', 'stabbur')
  ) then
    notify pgrst, 'reload schema';
  end if;
end
$$;

create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop execute function extensions.pgrst_drop_watch();
