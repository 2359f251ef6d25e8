select k.conname as name,
  k.contype::text as kind,
  k.conrelid::bigint as relation,
  n.nspname as schema,
  c.relname as relation_name,
  (select array_agg(a.attname::text order by u.place)
    from unnest(k.conkey) with ordinality u (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number) as columns,
  k.conkey::int[] as numbers,
  k.confrelid::bigint as referenced,
  fn.nspname as referenced_schema,
  f.relname as referenced_name,
  (select array_agg(a.attname::text order by u.place)
    from unnest(k.confkey) with ordinality u (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number) as referenced_columns,
  coalesce(k.confkey, '{}')::int[] as referenced_numbers
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_class f on f.oid = k.confrelid
left join pg_catalog.pg_namespace fn on fn.oid = f.relnamespace
where k.contype in ('p', 'u', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema')
  and (k.contype <> 'f' or k.conparentid = 0)
order by k.conrelid, k.conname
