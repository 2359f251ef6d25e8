select s.slot_name::text as slot_name, s.slot_type::text as slot_type, s.wal_status::text as wal_status, 1::float8 as value
from pg_catalog.pg_replication_slots s
where s.wal_status is not null and (s.database is null or s.database = current_database())
order by s.slot_name
limit 50
