select n.nspname::text as schema_name, e.extname::text as name, 'extension' as kind,
  format('Extension %s is at version %s; the server has %s.', e.extname, e.extversion, a.default_version) as detail,
  format('extension_versions_outdated_%s_%s', e.extname, e.extversion) as cache_key,
  format('alter extension %I update;', e.extname) as mend
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
join pg_catalog.pg_available_extensions a on a.name = e.extname
where a.default_version <> e.extversion
