select n.nspname as schema,
  c.relname as relation,
  c.relkind::text as kind,
  c.reltype::bigint as row_type,
  pg_catalog.pg_relation_is_updatable(c.oid, true) as changes,
  a.attname as name,
  a.attnum as number,
  c.oid::bigint as relation_id,
  not (a.attnotnull or t.typtype = 'd' and t.typnotnull) as is_nullable,
  a.atthasdef or a.attidentity <> '' as has_default,
  a.attidentity = 'a' or a.attgenerated <> '' as is_fixed,
  pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true) as is_updatable,
  a.atttypid::bigint as type
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and n.nspname = any (?)
order by n.nspname, c.relname collate "C", a.attnum
