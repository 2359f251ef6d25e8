-- The types of a table's columns, those their domains are made of, and those of their arrays' elements.
with recursive wanted (oid) as (
  select a.atttypid
  from pg_catalog.pg_attribute a
  where a.attrelid = ?::int8::oid and a.attnum > 0 and not a.attisdropped
  union
  select case when t.typtype = 'd' then t.typbasetype else t.typelem end
  from wanted w
  join pg_catalog.pg_type t on t.oid = w.oid
  where t.typtype = 'd' or t.typelem <> 0 and t.typlen = -1
)
select t.oid::int8,
  pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname),
  t.typname,
  t.typtype::text,
  t.typbasetype::int8,
  case when t.typlen = -1 and t.typname not in ('int2vector', 'oidvector') then t.typelem else 0 end::int8,
  t.typdelim::text,
  -- to_jsonb uses a cast to json that somebody has added
  exists (
    select from pg_catalog.pg_cast x
    where x.castsource = t.oid and x.casttarget = 'json'::regtype and x.castmethod = 'f' and t.oid >= 16384)
from wanted w
join pg_catalog.pg_type t on t.oid = w.oid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
