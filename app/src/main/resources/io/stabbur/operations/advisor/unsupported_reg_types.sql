select r.schema_name, r.name, 'table' as kind,
  format('Column %s of %s.%s is a %s: pg_upgrade refuses such columns.', a.attname, r.schema_name, r.name, t.typname) as detail,
  format('unsupported_reg_types_%s_%s_%s', r.schema_name, r.name, a.attname) as cache_key,
  format('alter table %I.%I alter column %I type text;', r.schema_name, r.name, a.attname) as mend
from relations r
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type t on t.oid = a.atttypid
where r.relkind in ('r', 'p', 'm') and t.typnamespace = 'pg_catalog'::regnamespace
  and t.typname in ('regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure')
