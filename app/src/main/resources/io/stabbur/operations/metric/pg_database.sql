select d.datname::text as datname, pg_catalog.pg_database_size(d.oid)::float8 as size_bytes, d.datconnlimit::float8 as connection_limit
from pg_catalog.pg_database d
where d.datname = current_database()
