-- By the planner's statistics of the columns that refer to the organizations, so no table is read.
select most.value, round(sum(most.rows))::float8
from (
  select unnest(s.most_common_vals::text::text[]) as value, unnest(s.most_common_freqs) * greatest(c.reltuples, 0) as rows
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class c on c.oid = k.conrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname and not s.inherited
  where k.contype = 'f' and cardinality(k.conkey) = 1 and k.confrelid = (
    select o.oid from pg_catalog.pg_class o join pg_catalog.pg_namespace s on s.oid = o.relnamespace where s.nspname || '.' || o.relname = ?)
) as most
group by most.value
