select extract(epoch from clock_timestamp())::float8 as timestamp_seconds
