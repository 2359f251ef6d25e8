select c.num_timed::float8 as num_timed_total, c.num_requested::float8 as num_requested_total,
  c.restartpoints_timed::float8 as restartpoints_timed_total, c.restartpoints_req::float8 as restartpoints_req_total,
  c.restartpoints_done::float8 as restartpoints_done_total, c.write_time::float8 as write_time_total, c.sync_time::float8 as sync_time_total,
  c.buffers_written::float8 as buffers_written_total, extract(epoch from c.stats_reset)::float8 as stats_reset_total
from pg_catalog.pg_stat_checkpointer c
