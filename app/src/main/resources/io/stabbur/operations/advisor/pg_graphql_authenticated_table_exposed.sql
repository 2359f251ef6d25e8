select r.schema_name, r.name, 'table' as kind,
  format('%s.%s is visible in the GraphQL schema to authenticated.', r.schema_name, r.name) as detail,
  format('pg_graphql_authenticated_table_exposed_%s_%s', r.schema_name, r.name) as cache_key,
  format('revoke select on %I.%I from authenticated;', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and 'authenticated' = any (r.readers) and exists (select from pg_catalog.pg_extension e where e.extname = 'pg_graphql')
