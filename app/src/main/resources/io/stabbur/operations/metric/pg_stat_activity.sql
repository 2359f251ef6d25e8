select current_database()::text as datname, s.state as state, count(a.pid)::float8 as count,
  coalesce(max(extract(epoch from clock_timestamp() - a.xact_start)), 0)::float8 as max_tx_duration
from unnest('{active,idle,idle in transaction,idle in transaction (aborted),fastpath function call,disabled}'::text[]) as s (state)
left join pg_catalog.pg_stat_activity a
  on a.state = s.state and a.datname = current_database() and a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
group by s.state
