select a.attnum,
  a.attname,
  a.atttypid::int8,
  coalesce(array_position(k.indkey::int2[], a.attnum), -1) + 1,
  case when a.attgenerated <> '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
  case when a.attcollation <> t.typcollation
    then pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) end,
  coalesce(co.collisdeterministic, true),
  -- the function that the data API shows values of a domain with
  (select pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.proname)
   from pg_catalog.pg_cast x
   join pg_catalog.pg_proc p on p.oid = x.castfunc
   join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
   where x.castsource = a.atttypid and x.casttarget = 'json'::regtype and t.typtype = 'd'
     and x.castcontext = 'i' and x.castmethod = 'f')
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_catalog.pg_collation co on co.oid = a.attcollation
left join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
left join pg_catalog.pg_index k on k.indrelid = a.attrelid and k.indisprimary
where a.attrelid = ?::int8::oid and a.attnum > 0 and not a.attisdropped
order by a.attnum
