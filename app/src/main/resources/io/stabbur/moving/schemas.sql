-- The schemas that are the user's own: neither Postgres', nor the platform's, nor an extension's.
select n.nspname
from pg_catalog.pg_namespace n
where n.nspname <> all (?)
  and n.nspname not like 'pg\_%'
  and n.nspname not like 'stabbur\_%'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and d.objid = n.oid and d.deptype = 'e')
order by 1
