select n.nspname::text as schema_name, e.extname::text as name, 'extension' as kind,
  format('Extension %s is installed in the schema %s, so the API serves its functions.', e.extname, n.nspname) as detail,
  format('extension_in_public_%s', e.extname) as cache_key,
  case when e.extrelocatable then format('alter extension %I set schema extensions;', e.extname)
    else format('drop extension %I; create extension %I schema extensions;', e.extname, e.extname) end as mend
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where n.nspname = 'public'
