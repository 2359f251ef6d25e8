select s.slot_name::text as slot_name, (not s.active)::int::float8 as abandoned
from pg_catalog.pg_replication_slots s
where s.database is null or s.database = current_database()
order by s.slot_name
limit 50
