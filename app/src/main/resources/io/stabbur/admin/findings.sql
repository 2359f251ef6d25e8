-- What an operator should know of: tables the API shows to everybody who has a key, and a log that may hold personal data.
select format('table %s: row-level security is off, so anybody with an API key reads it', c.oid::regclass) as finding
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
  and (has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select'))
union all
select format('Postgres: %s is %s; set it to 0, or values that clients send may reach the log', name, setting)
from pg_settings
where name in ('log_parameter_max_length', 'log_parameter_max_length_on_error') and setting <> '0'
order by 1
