-- The calls that set for one transaction or again for a session what quiet.sql sets for a session; null where this login may set
-- none of it.
select string_agg(format('pg_catalog.set_config(%L,%L,%s)', name, value, ?::text), ',' order by name)
from (values ('log_parameter_max_length', '0'), ('log_min_messages', 'log')) as wanted (name, value)
where has_parameter_privilege(name, 'set')
