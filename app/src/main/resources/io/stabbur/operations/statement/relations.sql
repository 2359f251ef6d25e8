-- Tables and views outside the catalog that the service role may read, by schema.
select n.nspname, c.relname,
  case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
    else 'table' end,
  case when c.relkind in ('r', 'm') then coalesce(nullif(pg_stat_get_live_tuples(c.oid), 0), c.reltuples::bigint)
    else c.reltuples::bigint end, pg_total_relation_size(c.oid)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
  and n.nspname <> 'vault'
  and has_schema_privilege('service_role', n.oid, 'usage')
  and has_any_column_privilege('service_role', c.oid, 'select')
order by n.nspname <> 'public', 1, 2
limit 2000
