select count(*)::float8 as value, coalesce(min(extract(epoch from a.xact_start)), 0)::float8 as oldest_timestamp_seconds
from pg_catalog.pg_stat_activity a
where a.datname = current_database() and a.backend_type = 'client backend' and a.xact_start < clock_timestamp() - interval '5 minutes'
