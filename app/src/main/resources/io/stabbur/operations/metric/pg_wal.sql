select count(*)::float8 as segments, coalesce(sum(w.size), 0)::float8 as size_bytes
from pg_catalog.pg_ls_waldir() w
