-- Tables with a primary key: those of the project's own schemas, the rows of its files, and the keys of encrypted files.
select c.oid::bigint, n.nspname::text, c.relname::text,
  array(
    select a.attname::text from unnest(i.indkey) with ordinality as k (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.number order by k.place) as key,
  array(
    select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
  array(
    select pg_catalog.format_type(a.atttypid, a.atttypmod) from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as types,
  array(
    select p.column_name::text from stabbur.personal_columns p where p.table_schema = n.nspname and p.table_name = c.relname order by 1) as personal
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
  and (
    (n.nspname, c.relname) in (('storage', 'objects'), ('stabbur_storage', 'object_keys'))
    or not (n.nspname like 'pg\_%' or n.nspname like 'stabbur%' or n.nspname like 'supabase\_%'
      or n.nspname in ('information_schema', 'auth', 'storage', 'realtime', 'vault', 'cron', 'net', 'pgmq', 'extensions', 'graphql')))
  and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by 2, 3
