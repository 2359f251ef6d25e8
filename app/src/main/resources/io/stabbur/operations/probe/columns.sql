select c.oid::bigint as relation, a.attname::text as name, t.typname::text as type_name, t.typcategory::text as category,
  case when a.atttypmod > 4 and t.typname in ('varchar', 'bpchar') then a.atttypmod - 4 else 0 end as length,
  a.attnotnull or d.typnotnull as is_required, a.atthasdef or a.attidentity <> '' as has_default,
  a.attgenerated <> '' or a.attidentity = 'a' as is_generated, d.typtype = 'd' as is_domain,
  exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as is_key,
  exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey)) as is_unique,
  array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels,
  -- values that a check of the column alone names
  array(
    select m[1] from pg_catalog.pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''', 'g') as m
    where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) !~ '[~]') as words,
  exists (select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey)) as is_checked,
  f.confrelid::bigint as refers_to, f.column_name as refers_column,
  array(select r.rolname::text from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated') and has_column_privilege(r.oid, c.oid, a.attnum, 'select')) as read_by,
  array(select r.rolname::text from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated') and has_column_privilege(r.oid, c.oid, a.attnum, 'update')) as changed_by,
  array(select r.rolname::text from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated') and has_column_privilege(r.oid, c.oid, a.attnum, 'insert')) as added_by
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type d on d.oid = a.atttypid
join pg_catalog.pg_type t on t.oid = case when d.typtype = 'd' then d.typbasetype else d.oid end
left join lateral (
  select k.confrelid, g.attname::text as column_name
  from pg_catalog.pg_constraint k
  cross join unnest(k.conkey, k.confkey) as pair (own, other)
  join pg_catalog.pg_attribute g on g.attrelid = k.confrelid and g.attnum = pair.other
  where k.conrelid = c.oid and k.contype = 'f' and pair.own = a.attnum
  order by cardinality(k.conkey) limit 1) f on true
where a.attnum > 0 and not a.attisdropped and c.oid = any (?::text[]::oid[])
order by c.oid, a.attnum
