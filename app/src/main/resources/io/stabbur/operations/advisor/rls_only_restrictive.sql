select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has restrictive policies and no permissive one: they narrow what nothing has given, so nobody gets a row.', r.schema_name, r.name) as detail,
  format('rls_only_restrictive_%s_%s', r.schema_name, r.name) as cache_key,
  format('create policy own_rows on %I.%I as permissive to authenticated using (…);', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.has_rls
  and exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid)
  and not exists (select from pg_catalog.pg_policy p where p.polrelid = r.oid and p.polpermissive)
