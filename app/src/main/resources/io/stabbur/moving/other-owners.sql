-- What runs with the rights of its owner in some schemas, where that is a lesser role than the login: in the target it would
-- run with the login's, whom no policy stops.
select pg_catalog.pg_describe_object(o.classid, o.oid, 0), r.rolname
from (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as classid, c.oid, c.relnamespace as namespace, c.relowner as owner
  from pg_catalog.pg_class c
  where c.relkind = 'm' or c.relkind = 'v' and not exists (
    select from pg_catalog.pg_options_to_table(c.reloptions) p
    where p.option_name = 'security_invoker' and p.option_value::boolean)
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace, p.proowner
  from pg_catalog.pg_proc p where p.prosecdef
) o
  join pg_catalog.pg_namespace n on n.oid = o.namespace and n.nspname = any (?)
  join pg_catalog.pg_roles r on r.oid = o.owner
where r.rolname <> current_user and not r.rolsuper and not r.rolbypassrls
  and not exists (
    select from pg_catalog.pg_depend d where d.classid = o.classid and d.objid = o.oid and d.deptype = 'e')
order by 1
