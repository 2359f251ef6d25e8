-- What clients send is no business of the server's log. Errors may quote it, statements carry it as values: where this login may,
-- it leaves both out, and what the operator wants to know of statements stays.
select pg_catalog.set_config(name, value, false)
from (values ('log_parameter_max_length', '0'), ('log_min_messages', 'log')) as wanted (name, value)
where pg_catalog.has_parameter_privilege(name, 'set') and pg_catalog.current_setting(name) <> value
