select c.oid::bigint as id,
  n.nspname as schema,
  c.relname as name,
  c.relkind in ('v', 'm') as is_view,
  pg_catalog.obj_description(c.oid, 'pg_class') as comment,
  case
    when c.relkind in ('r', 'p') then 28
    when c.relkind in ('v', 'f') then pg_catalog.pg_relation_is_updatable(c.oid, true)
    else 0
  end as changes
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and not c.relispartition
  and n.nspname not in ('pg_catalog', 'information_schema')
  and not pg_catalog.pg_is_other_temp_schema(n.oid)
order by 2, 3
