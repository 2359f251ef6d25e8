-- Tells that rights may have changed, as stabbur.note_account_changes does for accounts, and for all of them: the mark is for the
-- process that commits, the notification for the others (read replicas may not answer before they have the change; see
-- app/docs/projects.md). Everything that a read can see or be refused by counts: policies, grants, owners, definitions of views and
-- functions; of what cannot, the commands are named. Event triggers need a superuser to create them.

create function extensions.stabbur_rights_watch() returns event_trigger
language plpgsql set search_path = '' as $$
begin
  if tg_event = 'sql_drop' then
    if not exists (
      select from pg_catalog.pg_event_trigger_dropped_objects() as dropped
      where not dropped.is_temporary and dropped.object_type not in ('index', 'statistics object', 'trigger')
    ) then
      return;
    end if;
  -- what is dropped is told by sql_drop, but not the rights that go with DROP OWNED
  elsif tg_tag <> 'DROP OWNED' and not exists (
    select from pg_catalog.pg_event_trigger_ddl_commands() as command
    where command.command_tag <> all (array[
        'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE INDEX', 'ALTER INDEX', 'CREATE STATISTICS', 'ALTER STATISTICS',
        'CREATE SEQUENCE', 'ALTER SEQUENCE', 'CREATE TRIGGER', 'REFRESH MATERIALIZED VIEW', 'REINDEX', 'COMMENT'
      ])
      and coalesce(command.schema_name, '') <> 'pg_temp'
      and coalesce(command.object_identity, '') not like '% on pg\_temp.%'
  ) then
    return;
  end if;
  -- no account is named: those of all may have changed
  perform pg_catalog.pg_notify('stabbur_account_changes', ''),
    pg_catalog.set_config('stabbur.rights_changed', 'true', false);
end
$$;

create event trigger stabbur_rights_ddl on ddl_command_end execute function extensions.stabbur_rights_watch();
create event trigger stabbur_rights_drop on sql_drop execute function extensions.stabbur_rights_watch();
