-- Refuses what would be written to a database that its project has left; the answer of a server is 503.
create schema if not exists stabbur_moved;
revoke all on schema stabbur_moved from public;
create or replace function stabbur_moved.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'database_moved' using errcode = 'SB503', detail = 'The project is in another database now';
end $$;
