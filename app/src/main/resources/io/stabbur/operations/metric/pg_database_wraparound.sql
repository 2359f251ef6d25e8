-- the ages count transactions; `_seconds` is the name that postgres_exporter gave them
select d.datname::text as datname, age(d.datfrozenxid)::float8 as age_datfrozenxid_seconds, mxid_age(d.datminmxid)::float8 as age_datminmxid_seconds
from pg_catalog.pg_database d
where d.datname = current_database()
