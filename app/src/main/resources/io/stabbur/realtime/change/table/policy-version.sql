-- The version that policy-reads gives, of tables and functions that are known.
select md5(string_agg(version, ',' order by version collate "C"))
from (
  select 'p' || oid || ' ' || xmin
  from pg_catalog.pg_policy
  where polrelid = any (?::text[]::oid[]) and polcmd in ('r', '*')
  union all
  select 'c' || oid || ' ' || xmin from pg_catalog.pg_class where oid = any (?::text[]::oid[])
  union all
  select 'f' || oid || ' ' || xmin from pg_catalog.pg_proc where oid = any (?::text[]::oid[])
) source (version)
