-- Whether this login may read how the schema keeps organizations.
select exists (
  select from pg_namespace n join pg_class c on c.relnamespace = n.oid
  where n.nspname = 'stabbur' and c.relname = 'organization_schema'
    and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'))
