select s.slot_name::text as slot_name, s.slot_type::text as slot_type,
  (case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_receive_lsn() else pg_catalog.pg_current_wal_lsn() end - '0/0')::float8 as slot_current_wal_lsn,
  case when s.active then (coalesce(s.confirmed_flush_lsn, '0/0') - '0/0')::float8 end as slot_confirmed_flush_lsn,
  s.active::int::float8 as slot_is_active, s.safe_wal_size::float8 as safe_wal_size_bytes
from pg_catalog.pg_replication_slots s
where s.database is null or s.database = current_database()
order by s.slot_name
limit 50
