select r.application_name::text as application_name, coalesce(host(r.client_addr), '') as client_addr, coalesce(r.state, '') as state,
  coalesce(s.slot_name::text, '') as slot_name,
  max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn))::float8 as pg_wal_lsn_diff,
  max(extract(epoch from r.replay_lag))::float8 as replay_lag_seconds
from pg_catalog.pg_stat_replication r
left join pg_catalog.pg_replication_slots s on s.active_pid = r.pid
where not pg_catalog.pg_is_in_recovery()
group by 1, 2, 3, 4
order by 1, 2, 3, 4
limit 50
