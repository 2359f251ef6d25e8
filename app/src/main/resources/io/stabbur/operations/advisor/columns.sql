-- Columns of tables with policies, and what values they take.
select n.nspname::text as schema_name, c.relname::text as table_name, a.attname::text as name, t.typname::text as type_name, t.typcategory::text as category,
  case when a.atttypmod > 4 and t.typname in ('varchar', 'bpchar') then a.atttypmod - 4 end as length,
  array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_type d on d.oid = a.atttypid
join pg_catalog.pg_type t on t.oid = case when d.typtype = 'd' then d.typbasetype else d.oid end
where a.attnum > 0 and not a.attisdropped and exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid)
order by c.oid, a.attnum
