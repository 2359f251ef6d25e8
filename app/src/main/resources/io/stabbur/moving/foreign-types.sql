-- Types that columns of some schemas have, and that neither these schemas nor Postgres nor an extension made.
select distinct pg_catalog.format_type(t.oid, null), pg_catalog.format('%s.%s.%s', n.nspname, c.relname, a.attname)
from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p')
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type t on t.oid = a.atttypid
  join pg_catalog.pg_namespace o on o.oid = t.typnamespace
where n.nspname = any (?) and o.nspname <> all (?) and o.nspname <> 'pg_catalog'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')
order by 1, 2
