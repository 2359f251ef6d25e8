-- Tables whose key is one uuid of their own: one of them holds the organizations. A key that refers to another table
-- only repeats what that one holds.
select r.oid::bigint as oid, r.schema_name, r.name, a.attname::text as key
from relations r
join pg_catalog.pg_index i on i.indrelid = r.oid and i.indisprimary and i.indnkeyatts = 1
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum = i.indkey[0] and a.atttypid = 'uuid'::regtype
where r.relkind in ('r', 'p')
  and not exists (
    select from pg_catalog.pg_constraint f where f.conrelid = r.oid and f.contype = 'f' and i.indkey[0] = any (f.conkey)
  )
order by r.oid
