-- Refuses changes of definitions, those of a move apart.
create or replace function stabbur_moved.refuse_definitions() returns event_trigger language plpgsql as $$
begin
  if pg_catalog.current_setting('application_name') <> 'stabbur move' then
    raise exception 'database_moved' using errcode = 'SB503', detail = 'The project is in another database now';
  end if;
end $$;
drop event trigger if exists stabbur_moved;
create event trigger stabbur_moved on ddl_command_start execute function stabbur_moved.refuse_definitions();
