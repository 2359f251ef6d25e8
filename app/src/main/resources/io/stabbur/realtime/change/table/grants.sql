select c.relrowsecurity
    and not (r.rolsuper or r.rolbypassrls)
    and not (pg_catalog.pg_has_role(r.oid, c.relowner, 'usage') and not c.relforcerowsecurity),
  array(
    select a.attname::text
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and pg_catalog.has_schema_privilege(r.oid, c.relnamespace, 'usage')
      and pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'select')),
  c.relrowsecurity
from pg_catalog.pg_class c
cross join pg_catalog.pg_roles r
where c.oid = ?::int8::oid and r.rolname = ?
