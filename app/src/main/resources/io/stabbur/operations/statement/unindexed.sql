-- columns that no index begins with, of tables whose rows are read one after the other
select t.schemaname::text, t.relname::text, a.attname::text, t.n_live_tup::bigint, coalesce(t.seq_tup_read, 0)::bigint
from pg_catalog.pg_stat_user_tables t
join pg_catalog.pg_attribute a on a.attrelid = t.relid and a.attnum > 0 and not a.attisdropped
where t.n_live_tup >= 1000 and t.seq_scan > 0
  and not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = t.relid and i.indisvalid and i.indpred is null and i.indkey[0] = a.attnum)
order by t.seq_tup_read desc, t.relid, a.attnum
limit 2000
