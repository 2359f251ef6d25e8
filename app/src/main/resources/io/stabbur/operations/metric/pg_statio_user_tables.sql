select current_database()::text as datname, t.schemaname::text as schemaname, t.relname::text as relname,
  t.heap_blks_read::float8 as heap_blocks_read, t.heap_blks_hit::float8 as heap_blocks_hit, coalesce(t.idx_blks_read, 0)::float8 as idx_blocks_read,
  coalesce(t.idx_blks_hit, 0)::float8 as idx_blocks_hit, coalesce(t.toast_blks_read, 0)::float8 as toast_blocks_read,
  coalesce(t.toast_blks_hit, 0)::float8 as toast_blocks_hit
from pg_catalog.pg_statio_user_tables t
join pg_catalog.pg_class c on c.oid = t.relid
order by c.relpages desc, t.relid
limit ?
