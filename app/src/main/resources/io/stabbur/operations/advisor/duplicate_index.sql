select r.schema_name, r.name, 'table' as kind,
  format('Indexes %s of %s.%s are the same: each write keeps all of them up to date.', array_to_string(d.names, ', '), r.schema_name, r.name) as detail,
  format('duplicate_index_%s_%s_%s', r.schema_name, r.name, d.names) as cache_key,
  format('drop index %I.%I;', r.schema_name, d.spare) as mend
from relations r
join (
  select i.indrelid, array_agg(c.relname::text order by c.relname) as names,
    -- one that stands behind a constraint stays
    (array_agg(c.relname::text order by i.indisprimary, i.indisunique, c.relname desc))[1] as spare
  from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  group by i.indrelid, c.relam, i.indkey, i.indclass, i.indcollation, i.indoption, pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)
  having count(*) > 1
) d on d.indrelid = r.oid
