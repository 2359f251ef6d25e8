-- Foreign keys: which columns of which table refer to which, and what becomes of a row whose target is deleted.
select k.conname::text, k.conrelid::bigint, k.confrelid::bigint, fn.nspname::text, f.relname::text, n.nspname::text, t.relname::text,
  array(
    select a.attname::text from unnest(k.conkey) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number order by c.place) as columns,
  array(
    select a.attname::text from unnest(k.confkey) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.number order by c.place) as targets,
  k.confdeltype::text as rule,
  array(
    select a.attname::text from unnest(coalesce(k.confdelsetcols, k.conkey)) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number order by c.place) as cleared,
  not exists (
    select from pg_catalog.pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and not a.attnotnull) as is_required
from pg_catalog.pg_constraint k
join pg_catalog.pg_class f on f.oid = k.conrelid
join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
join pg_catalog.pg_class t on t.oid = k.confrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by 4, 5, 1
