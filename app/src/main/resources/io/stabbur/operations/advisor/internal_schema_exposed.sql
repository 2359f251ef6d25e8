select s.name as schema_name, s.name, 'schema' as kind,
  format('Schema %s is served by the data API, though it holds what the server keeps for itself.', s.name) as detail,
  format('internal_schema_exposed_%s', s.name) as cache_key,
  '-- take it out of rest.schemas (pgrst.db_schemas)' as mend
from schemas s
where s.is_exposed and (s.name in ('auth', 'vault', 'cron', 'net', 'pgsodium', 'realtime', 'extensions', 'pg_catalog', 'information_schema') or s.name ~ '^(stabbur|supabase_|pg_)')
