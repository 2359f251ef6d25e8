-- In the policy itself, or in a function that it calls.
select r.schema_name, r.name, 'table' as kind,
  format('Policy %s of %s.%s trusts user_metadata, which every user writes as they like.', p.polname, r.schema_name, r.name) as detail,
  format('rls_references_user_metadata_%s_%s_%s', r.schema_name, r.name, p.polname) as cache_key,
  format('drop policy %I on %I.%I; -- then one that reads app_metadata, or a table that only the server writes', p.polname, r.schema_name, r.name) as mend
from relations r
join pg_catalog.pg_policy p on p.polrelid = r.oid
where exists (
  with recursive reached (source) as (
    select concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    union
    select g.prosrc
    from reached c
    join pg_catalog.pg_proc g on c.source ~* ('\m' || g.proname || '\s*\(')
    join schemas s on s.oid = g.pronamespace
  )
  select from reached where source ~* 'user_metadata|raw_user_meta_data')
