select t.oid::bigint as id,
  n.nspname as schema,
  t.typname as name,
  case when t.typelem <> 0 and t.typlen = -1 and t.typcategory = 'A' then t.typelem else 0 end::bigint as element,
  t.typbasetype::bigint as base,
  t.typtype = 'd' as is_domain,
  coalesce(c.relkind::text, '') as relation,
  coalesce((select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid), '{}') as labels
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_class c on c.oid = t.typrelid
