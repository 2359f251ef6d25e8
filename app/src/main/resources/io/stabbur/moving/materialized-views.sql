-- The materialized views with content in some schemas, those first that others read, as the statements that compute it anew.
select pg_catalog.format('refresh materialized view %I.%I', n.nspname, c.relname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (?) and c.relkind = 'm' and c.relispopulated
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by c.oid
