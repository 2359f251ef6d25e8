-- The tables with rows of their own in some schemas: partitions, but not what they are partitions of.
select n.nspname, c.relname, pg_catalog.pg_table_size(c.oid), greatest(c.reltuples, 0)::bigint,
  array(
    select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    order by a.attnum),
  array(
    select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated <> ''
    order by a.attnum),
  array(
    select a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef
      and a.attidentity = ''
    order by a.attnum),
  array(
    select a.attname::text from pg_catalog.pg_index i
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::smallint[])
    where i.indrelid = c.oid and c.relpersistence = 'p' and i.indimmediate
      and case c.relreplident when 'i' then i.indisreplident when 'n' then false else i.indisprimary end
      -- the stream of changes does not tell columns that Postgres computes
      and not exists (
        select from pg_catalog.pg_attribute g
        where g.attrelid = c.oid and g.attnum = any (i.indkey::smallint[]) and g.attgenerated <> '')
    order by a.attnum)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (?) and c.relkind = 'r' and c.relpersistence <> 't'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by 1, 2
