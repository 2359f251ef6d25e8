-- Tables a publication names, and the partitions and partitioned tables above and below them.
with published (oid) as (
  select c.oid
  from pg_catalog.pg_publication_tables p
  join pg_catalog.pg_namespace n on n.nspname = p.schemaname
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = p.tablename
  where p.pubname = ?
)
select distinct c.oid::int8, n.nspname, c.relname
from published p
cross join lateral (
  select p.oid
  union
  select a.relid from pg_catalog.pg_partition_ancestors(p.oid) a
) each (oid)
join pg_catalog.pg_class c on c.oid = each.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
