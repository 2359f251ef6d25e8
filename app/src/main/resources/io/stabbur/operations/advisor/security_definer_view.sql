select r.schema_name, r.name, 'view' as kind,
  format('View %s.%s runs with the rights of its owner, whom policies do not bind: %s read what it reads.', r.schema_name, r.name, array_to_string(r.readers, ' and ')) as detail,
  format('security_definer_view_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter view %I.%I set (security_invoker = true);', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.relkind = 'v' and r.readers <> '{}'
  and not coalesce(array_to_string(r.options, ',') ~* 'security_invoker=(true|on|1|yes)', false)
  -- an owner whom policies bind is no way around them
  and exists (select from pg_catalog.pg_roles o where o.oid = r.owner)
  -- a view of constants or of functions alone reads nobody's rows
  and exists (
    select from pg_catalog.pg_rewrite w
    join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
    where w.ev_class = r.oid and d.refobjid <> r.oid)
