-- Keeps what the setting stabbur.noting says, for `prepared`.
do $$
declare
  noted text := current_setting('stabbur.noting');
begin
  if noted = '' then
    execute format('alter role %I in database %I reset stabbur.prepared', session_user, current_database());
  else
    execute format('alter role %I in database %I set stabbur.prepared = %L', session_user, current_database(), noted);
  end if;
end $$
