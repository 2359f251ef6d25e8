-- of all tables, beside the largest ones that pg_stat_user_tables_* name
select count(*)::float8 as value, coalesce(sum(t.n_live_tup), 0)::float8 as live_rows, coalesce(sum(t.n_dead_tup), 0)::float8 as dead_rows,
  coalesce(sum(c.relpages), 0)::float8 * current_setting('block_size')::float8 as bytes
from pg_catalog.pg_stat_user_tables t
join pg_catalog.pg_class c on c.oid = t.relid
