-- the largest served tables whose rows policies choose for those who are signed in
select n.nspname, c.relname, least(100, 100.0 * ?::int / greatest(c.relpages, 1))::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relrowsecurity and n.nspname = any (?::text[])
  and has_schema_privilege('authenticated', n.oid, 'usage') and has_schema_privilege('service_role', n.oid, 'usage')
  and has_table_privilege('authenticated', c.oid, 'select') and has_table_privilege('service_role', c.oid, 'select')
order by c.relpages desc, c.oid limit ?
