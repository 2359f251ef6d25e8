-- Operators that somebody wrote, and the functions that compute them.
select o.oprname::text, p.proname::text
from pg_catalog.pg_operator o
join pg_catalog.pg_proc p on p.oid = o.oprcode
join pg_catalog.pg_language l on l.oid = p.prolang
where o.oid >= 16384 and l.lanname not in ('internal', 'c')
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and d.objid = o.oid and d.deptype = 'e')
