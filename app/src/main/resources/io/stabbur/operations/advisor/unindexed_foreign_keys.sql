select r.schema_name, r.name, 'table' as kind,
  format('Foreign key %s of %s.%s has no index that begins with its columns: deleting a referenced row reads the whole table.', k.conname, r.schema_name, r.name) as detail,
  format('unindexed_foreign_keys_%s_%s_%s', r.schema_name, r.name, k.conname) as cache_key,
  format('create index on %I.%I (%s);', r.schema_name, r.name, (
    select string_agg(quote_ident(a.attname), ', ' order by c.place)
    from unnest(k.conkey) with ordinality as c (number, place)
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.number)) as mend
from pg_catalog.pg_constraint k
join relations r on r.oid = k.conrelid
where k.contype = 'f' and k.conparentid = 0
  -- any order of the columns helps; of several columns an index that begins with one leaves few rows to look at
  and not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = k.conrelid and i.indisvalid
      and ((i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey or (cardinality(k.conkey) > 1 and i.indkey[0] = any (k.conkey)))
      -- a partial index of the rows that refer to something serves as well
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~* '^\(+[a-z_0-9"]+ is not null\)+$'))
