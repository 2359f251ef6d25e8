select p.oid::bigint as id
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname = ?
  and pg_catalog.has_function_privilege(p.oid, 'execute')
