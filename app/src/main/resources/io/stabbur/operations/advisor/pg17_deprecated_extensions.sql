select n.nspname::text as schema_name, e.extname::text as name, 'extension' as kind,
  format('Extension %s is not there on hosted projects with Postgres 17: a database that uses it cannot move there or be upgraded.', e.extname) as detail,
  format('pg17_deprecated_extensions_%s', e.extname) as cache_key,
  format('drop extension %I;', e.extname) as mend
from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace
where e.extname in ('plcoffee', 'plls', 'plv8', 'timescaledb', 'pgjwt')
