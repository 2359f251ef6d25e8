-- Not exposed by the data API, but read by realtime, GraphQL, SQL functions and whoever exposes the schema tomorrow.
select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s is in no exposed schema, but %s may use it and it has no row-level security: one change of the exposed schemas opens it.',
    r.schema_name, r.name, array_to_string(r.users, ' and ')) as detail,
  format('rls_disabled_outside_api_%s_%s', r.schema_name, r.name) as cache_key,
  format('revoke all on %I.%I from anon, authenticated;', r.schema_name, r.name) as mend
from relations r
where not r.is_exposed and r.relkind in ('r', 'p') and not r.has_rls and r.users <> '{}'
