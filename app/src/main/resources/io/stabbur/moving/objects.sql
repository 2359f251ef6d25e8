-- What is in some schemas already, extensions' objects apart.
select pg_catalog.pg_describe_object(classid, oid, 0)
from (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as classid, c.oid, c.relnamespace as namespace
  from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace from pg_catalog.pg_proc p
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace from pg_catalog.pg_type t
  where t.typtype in ('e', 'd', 'r')
) o
where o.namespace in (select n.oid from pg_catalog.pg_namespace n where n.nspname = any (?))
  and not exists (
    select from pg_catalog.pg_depend d where d.classid = o.classid and d.objid = o.oid and d.deptype = 'e')
order by 1
limit 20
