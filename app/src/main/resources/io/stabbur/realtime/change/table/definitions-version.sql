-- Another text after any function, policy or view was made, changed or dropped.
select md5(string_agg(version, ',' order by version collate "C"))
from (
  select 'f' || oid || ' ' || xmin from pg_catalog.pg_proc where oid >= 16384
  union all
  select 'p' || oid || ' ' || xmin from pg_catalog.pg_policy
  union all
  select 'v' || oid || ' ' || xmin from pg_catalog.pg_rewrite where oid >= 16384
) source (version)
