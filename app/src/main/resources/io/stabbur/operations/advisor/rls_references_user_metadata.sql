-- In the policy itself, or in a function that it calls.
select r.schema_name, r.name, 'table' as kind,
  format('Policy %s of %s.%s trusts user_metadata, which every user writes as they like.', p.polname, r.schema_name, r.name) as detail,
  format('rls_references_user_metadata_%s_%s_%s', r.schema_name, r.name, p.polname) as cache_key,
  format('drop policy %I on %I.%I; -- then one that reads app_metadata, or a table that only the server writes', p.polname, r.schema_name, r.name) as mend
from relations r
join pg_catalog.pg_policy p on p.polrelid = r.oid
cross join concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as condition (source)
where condition.source ~* 'user_metadata|raw_user_meta_data'
  or exists (
    select
    from pg_catalog.regexp_matches(condition.source, '(?:\m([[:alpha:]_][\w$]*)|"([^"]*)")\s*\(', 'g') as m (words)
    join bodies b on b.word = lower(coalesce(m.words[1], m.words[2]))
    join trusting t on t.oid = b.oid)
