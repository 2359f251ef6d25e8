-- The tables of Stabbur itself, and whether their rows may be looked at; those of a move apart.
select n.nspname, c.relname, pg_catalog.has_schema_privilege(n.oid, 'usage')
  and pg_catalog.has_table_privilege(c.oid, 'select') and not pg_catalog.row_security_active(c.oid)
from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p') and not c.relispartition
where (n.nspname = 'stabbur' or n.nspname like 'stabbur\_%') and n.nspname <> 'stabbur_moving'
order by 1, 2
