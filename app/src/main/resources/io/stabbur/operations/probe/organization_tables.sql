-- Tables whose key is one uuid: one of them holds the organizations.
select r.oid::bigint as oid, r.schema_name, r.name, a.attname::text as key
from relations r
join pg_catalog.pg_index i on i.indrelid = r.oid and i.indisprimary and i.indnkeyatts = 1
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum = i.indkey[0] and a.atttypid = 'uuid'::regtype
where r.relkind in ('r', 'p')
