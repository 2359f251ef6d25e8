-- The types of a table's columns, those their domains are made of, those of their arrays' elements and of their fields.
with recursive wanted (oid) as (
  select a.atttypid
  from pg_catalog.pg_attribute a
  where a.attrelid = ?::int8::oid and a.attnum > 0 and not a.attisdropped
  union
  select part.oid
  from wanted w
  join pg_catalog.pg_type t on t.oid = w.oid
  cross join lateral (
    select t.typbasetype where t.typtype = 'd'
    union all
    select t.typelem where t.typelem <> 0 and t.typlen = -1
    union all
    select f.atttypid from pg_catalog.pg_attribute f
    where t.typtype = 'c' and f.attrelid = t.typrelid and f.attnum > 0 and not f.attisdropped
  ) part (oid)
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
    where x.castsource = t.oid and x.casttarget = 'json'::regtype and x.castmethod = 'f' and t.oid >= 16384),
  array(
    select f.atttypid::int8 from pg_catalog.pg_attribute f
    where t.typtype = 'c' and f.attrelid = t.typrelid and f.attnum > 0 and not f.attisdropped)
from wanted w
join pg_catalog.pg_type t on t.oid = w.oid
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
