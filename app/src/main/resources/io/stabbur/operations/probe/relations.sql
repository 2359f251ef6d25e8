select r.oid::bigint as oid, r.schema_name, r.name, r.relkind::text as kind, r.is_exposed, r.has_rls, r.rows::bigint as rows,
  coalesce(array_to_string(r.options, ',') ~* 'security_invoker=(true|on|1|yes)', false) as as_invoker, r.owner::regrole::text as owner, r.readers, r.writers,
  array(
    select t.tgname::text from pg_catalog.pg_trigger t where t.tgrelid = r.oid and not t.tgisinternal and t.tgenabled in ('O', 'A') order by 1) as triggers
from relations r
join pg_catalog.pg_class c on c.oid = r.oid
where not c.relispartition
union all
select c.oid::bigint, 'storage', 'objects', 'r', true, c.relrowsecurity, c.reltuples::bigint, false, c.relowner::regrole::text,
  array(select a.name from callers a where has_table_privilege(a.oid, c.oid, 'select')),
  array(select a.name from callers a where has_table_privilege(a.oid, c.oid, 'insert, update, delete')), '{}'
from pg_catalog.pg_class c
where c.oid = to_regclass('storage.objects')
order by 2, 3
