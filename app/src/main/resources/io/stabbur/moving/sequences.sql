-- The sequences of some schemas, and of the platform's those that may be read.
select n.nspname, c.relname
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S'
  and (n.nspname = any (?) or n.nspname = any (?) and pg_catalog.has_sequence_privilege(c.oid, 'select'))
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by 1, 2
