select c.oid::int8,
  n.nspname,
  c.relname,
  o.rolname,
  pg_catalog.pg_has_role(current_user, c.relowner, 'member'),
  array(select a.relid::oid::int8 from pg_catalog.pg_partition_ancestors(c.oid) a where a.relid <> c.oid)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles o on o.oid = c.relowner
where c.oid = ?::int8::oid
