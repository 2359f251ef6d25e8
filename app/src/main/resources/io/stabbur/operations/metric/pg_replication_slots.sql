select s.slot_name::text as slot_name, coalesce(s.database::text, '') as database, s.active::int::float8 as active,
  case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::float8 end as pg_wal_lsn_diff
from pg_catalog.pg_replication_slots s
where s.database is null or s.database = current_database()
order by s.slot_name
limit 50
