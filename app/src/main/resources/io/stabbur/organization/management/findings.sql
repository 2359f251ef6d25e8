-- What an operator should know of: tables the API shows to everybody who has a key.
select format('table %s: row-level security is off, so anybody with an API key reads it', c.oid::regclass) as finding
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity
  and (has_table_privilege('anon', c.oid, 'select') or has_table_privilege('authenticated', c.oid, 'select'))
order by 1
