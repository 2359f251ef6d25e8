select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has row-level security and no policy: %s may ask it, and get no row.', r.schema_name, r.name, array_to_string(r.users, ' and ')) as detail,
  format('rls_enabled_no_policy_%s_%s', r.schema_name, r.name) as cache_key,
  format('create policy own_rows on %I.%I to authenticated using (…); -- or: revoke all on %I.%I from anon, authenticated;',
    r.schema_name, r.name, r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.relkind in ('r', 'p') and r.has_rls and r.users <> '{}'
  and not exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid)
