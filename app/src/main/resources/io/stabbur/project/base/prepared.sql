-- Files of the superuser that were committed before the owner's files, as NAME=CHECKSUM,… (PreparedFiles).
select substr(entry, strpos(entry, '=') + 1)
from pg_db_role_setting cross join unnest(setconfig) entry
where setdatabase = (select oid from pg_database where datname = current_database())
  and setrole = (select oid from pg_roles where rolname = session_user)
  and entry like 'stabbur.prepared=%'
