-- Columns of some schemas that hold ciphertext of Stabbur, also within arrays, domains and rows.
with recursive sealed as (
  select t.oid from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'stabbur_organization' and t.typname = 'personal'
  union
  select t.oid from sealed s join pg_catalog.pg_type t on s.oid in (t.typbasetype, t.typelem)
)
select pg_catalog.format('%s.%s.%s', n.nspname, c.relname, a.attname)
from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'c') and not c.relispartition
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any (?) and a.atttypid in (select oid from sealed)
order by 1
