select 'pg_catalog' as schema_name, s.slot_name::text as name, 'replication slot' as kind,
  format('Replication slot %s has no reader%s; Postgres keeps %s of write-ahead log for it.', s.slot_name,
    case when s.wal_status = 'lost' then ' and is lost' else '' end,
    pg_size_pretty(greatest(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, s.restart_lsn), 0))) as detail,
  format('unused_replication_slot_%s', s.slot_name) as cache_key,
  format('select pg_drop_replication_slot(%L);', s.slot_name) as mend,
  case when s.wal_status = 'lost' then 'ERROR' end as level
from pg_catalog.pg_replication_slots s
-- its own slots Stabbur makes and drops itself
where not s.active and not s.temporary and s.slot_name !~ '^stabbur'
