-- An index of a table that is hardly read says nothing yet.
select r.schema_name, r.name, 'table' as kind,
  format('Index %s of %s.%s was never used, though the table was read %s times: each write keeps it up to date.', s.indexrelname, r.schema_name, r.name,
    t.seq_scan + coalesce(t.idx_scan, 0)) as detail,
  format('unused_index_%s_%s_%s', r.schema_name, r.name, s.indexrelname) as cache_key,
  format('drop index %I.%I;', r.schema_name, s.indexrelname) as mend
from relations r
join pg_catalog.pg_stat_user_tables t on t.relid = r.oid
join pg_catalog.pg_stat_user_indexes s on s.relid = r.oid
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
where coalesce(s.idx_scan, 0) = 0 and not i.indisunique and t.n_live_tup >= 1000 and t.seq_scan + coalesce(t.idx_scan, 0) >= 100
