-- Tables with one uuid as their key that others refer to: one of them holds the organizations.
select distinct k.confrelid::bigint, n.nspname::text, c.relname::text, a.attname::text
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.confrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_index i on i.indrelid = k.confrelid and i.indisprimary and i.indnkeyatts = 1
join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = i.indkey[0] and a.atttypid = 'uuid'::regtype
where k.contype = 'f' and n.nspname not in ('auth', 'storage', 'realtime', 'stabbur', 'vault', 'cron', 'net', 'pgmq')
