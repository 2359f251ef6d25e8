-- Foreign keys: which columns of which table refer to which.
select fn.nspname::text, f.relname::text, n.nspname::text, t.relname::text,
  array(
    select a.attname::text from unnest(k.conkey) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number order by c.place),
  array(
    select a.attname::text from unnest(k.confkey) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = c.number order by c.place)
from pg_catalog.pg_constraint k
join pg_catalog.pg_class f on f.oid = k.conrelid
join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
join pg_catalog.pg_class t on t.oid = k.confrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where k.contype = 'f' and k.conparentid = 0
order by 1, 2, k.conname
