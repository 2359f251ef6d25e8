select w.wal_records::float8 as records_total, w.wal_fpi::float8 as fpi_total, w.wal_bytes::float8 as bytes_total, w.wal_buffers_full::float8 as buffers_full_total
from pg_catalog.pg_stat_wal w
