select d.datid::text as datid, d.datname::text as datname,
  d.numbackends::float8 as numbackends, d.xact_commit::float8 as xact_commit, d.xact_rollback::float8 as xact_rollback,
  d.blks_read::float8 as blks_read, d.blks_hit::float8 as blks_hit, d.tup_returned::float8 as tup_returned,
  d.tup_fetched::float8 as tup_fetched, d.tup_inserted::float8 as tup_inserted, d.tup_updated::float8 as tup_updated,
  d.tup_deleted::float8 as tup_deleted, d.conflicts::float8 as conflicts, d.temp_files::float8 as temp_files,
  d.temp_bytes::float8 as temp_bytes, d.deadlocks::float8 as deadlocks, d.blk_read_time::float8 as blk_read_time,
  d.blk_write_time::float8 as blk_write_time, extract(epoch from d.stats_reset)::float8 as stats_reset
from pg_catalog.pg_stat_database d
where d.datname = current_database()
