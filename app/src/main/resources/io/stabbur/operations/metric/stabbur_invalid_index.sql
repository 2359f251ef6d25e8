select n.nspname::text as schemaname, c.relname::text as indexrelname, 1::float8 as value
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where not i.indisvalid and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
order by 1, 2
limit 50
