select extract(epoch from pg_catalog.pg_postmaster_start_time())::float8 as start_time_seconds
