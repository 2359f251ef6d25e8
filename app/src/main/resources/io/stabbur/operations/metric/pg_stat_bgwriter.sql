select b.buffers_clean::float8 as buffers_clean_total, b.maxwritten_clean::float8 as maxwritten_clean_total, b.buffers_alloc::float8 as buffers_alloc_total,
  extract(epoch from b.stats_reset)::float8 as stats_reset_total
from pg_catalog.pg_stat_bgwriter b
