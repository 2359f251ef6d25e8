-- The statement that sets for one transaction what quiet.sql sets for a session; empty where this login may set none of it.
select coalesce('select ' || string_agg(format('pg_catalog.set_config(%L,%L,true)', name, value), ',' order by name), '')
from (values ('log_parameter_max_length', '0'), ('log_min_messages', 'log')) as wanted (name, value)
where has_parameter_privilege(name, 'set')
