select b.checkpoints_timed::float8 as checkpoints_timed_total, b.checkpoints_req::float8 as checkpoints_req_total,
  b.checkpoint_write_time::float8 as checkpoint_write_time_total, b.checkpoint_sync_time::float8 as checkpoint_sync_time_total,
  b.buffers_checkpoint::float8 as buffers_checkpoint_total, b.buffers_backend::float8 as buffers_backend_total,
  b.buffers_backend_fsync::float8 as buffers_backend_fsync_total
from pg_catalog.pg_stat_bgwriter b
