-- The row-level security of the tables of some schemas, partitioned ones too, as the statements that put it on.
select pg_catalog.format('alter table %I.%I enable row level security', n.nspname, c.relname)
  || case when c.relforcerowsecurity then ', force row level security' else '' end
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (?) and c.relkind in ('r', 'p') and c.relrowsecurity
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by 1
