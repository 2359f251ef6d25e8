-- The calls that set for one transaction or again for a session what quiet.sql sets for a session; null where this login may set
-- none of it. Each looks whether it still may: a right that was withdrawn must not fail what runs, which may follow a commit.
select pg_catalog.string_agg(pg_catalog.format('case when pg_catalog.has_parameter_privilege(%1$L,''set'') then pg_catalog.set_config(%1$L,%2$L,%3$s) end',
  name, value, ?::text), ',' order by name)
from (values ('log_parameter_max_length', '0'), ('log_min_messages', 'log')) as wanted (name, value)
where pg_catalog.has_parameter_privilege(name, 'set')
