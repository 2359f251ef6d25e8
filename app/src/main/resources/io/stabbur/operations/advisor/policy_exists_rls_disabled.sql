select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has policies (%s) but row-level security is off, so they are not asked.', r.schema_name, r.name, (
    select string_agg(p.polname, ', ' order by p.polname) from pg_catalog.pg_policy p where p.polrelid = r.oid)) as detail,
  format('policy_exists_rls_disabled_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I enable row level security;', r.schema_name, r.name) as mend
from relations r
where not r.has_rls and exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid)
