select current_database()::text as datname, t.schemaname::text as schemaname, t.relname::text as relname,
  t.seq_scan::float8 as seq_scan, t.seq_tup_read::float8 as seq_tup_read, coalesce(t.idx_scan, 0)::float8 as idx_scan,
  coalesce(t.idx_tup_fetch, 0)::float8 as idx_tup_fetch, t.n_tup_ins::float8 as n_tup_ins, t.n_tup_upd::float8 as n_tup_upd,
  t.n_tup_del::float8 as n_tup_del, t.n_tup_hot_upd::float8 as n_tup_hot_upd, t.n_live_tup::float8 as n_live_tup,
  t.n_dead_tup::float8 as n_dead_tup, t.n_mod_since_analyze::float8 as n_mod_since_analyze,
  coalesce(extract(epoch from t.last_vacuum), 0)::float8 as last_vacuum, coalesce(extract(epoch from t.last_autovacuum), 0)::float8 as last_autovacuum,
  coalesce(extract(epoch from t.last_analyze), 0)::float8 as last_analyze, coalesce(extract(epoch from t.last_autoanalyze), 0)::float8 as last_autoanalyze,
  t.vacuum_count::float8 as vacuum_count, t.autovacuum_count::float8 as autovacuum_count, t.analyze_count::float8 as analyze_count,
  t.autoanalyze_count::float8 as autoanalyze_count, pg_catalog.pg_table_size(t.relid)::float8 as table_size_bytes,
  pg_catalog.pg_indexes_size(t.relid)::float8 as index_size_bytes
from pg_catalog.pg_stat_user_tables t
join pg_catalog.pg_class c on c.oid = t.relid
-- relpages is zero until a first vacuum or analyze: a table that never had one counts by its rows
order by greatest(c.relpages, (t.n_live_tup + t.n_dead_tup) / 100) desc, t.n_dead_tup desc, t.relid
limit ?
