select a.archived_count::float8 as archived_count, a.failed_count::float8 as failed_count,
  extract(epoch from clock_timestamp() - a.last_archived_time)::float8 as last_archive_age,
  case when coalesce(a.last_failed_time, '-infinity') > coalesce(a.last_archived_time, '-infinity') then 1 else 0 end::float8 as failing
from pg_catalog.pg_stat_archiver a
