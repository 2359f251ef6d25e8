-- The calls that set again what the driver asked a pooler for. To the session of the server they are no defaults: `reset all` would
-- lead to the database's.
select pg_catalog.string_agg(pg_catalog.format('pg_catalog.set_config(%L,%L,false),', name, pg_catalog.current_setting(name)), '' order by name)
from pg_catalog.unnest('{application_name,client_encoding,DateStyle,IntervalStyle,standard_conforming_strings,TimeZone}'::text[]) name
