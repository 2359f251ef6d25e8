with recursive roots (id, root) as (
  select t.oid, t.oid from pg_catalog.pg_type t where t.typtype <> 'd'
  union all
  select d.oid, r.root from roots r join pg_catalog.pg_type d on d.typbasetype = r.id and d.typtype = 'd'
),
labels (id, names) as (
  select e.enumtypid, array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum e group by 1
)
select c.oid::bigint as relation,
  c.relkind = 'c' as is_composite,
  n.nspname as schema,
  c.relname as relation_name,
  a.attname as name,
  pg_catalog.col_description(c.oid, a.attnum) as comment,
  not (a.attnotnull or (t.typtype = 'd' and t.typnotnull)) as is_nullable,
  case
    when t.typtype = 'd' and base.typnamespace = 'pg_catalog'::regnamespace then pg_catalog.format_type(base.oid, null)
    when t.typtype <> 'd' and t.typnamespace = 'pg_catalog'::regnamespace then pg_catalog.format_type(t.oid, null)
    else pg_catalog.format_type(a.atttypid, a.atttypmod)
  end as type,
  pg_catalog.format_type(a.atttypid, a.atttypmod) as declared,
  case
    when base.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4
    when base.typname in ('varchar', 'bpchar') and t.typtype = 'd' and t.typtypmod > 4 then t.typtypmod - 4
    when base.typname in ('bit', 'varbit') and a.atttypmod > 0 then a.atttypmod
  end as max_length,
  case
    when t.typtype = 'd' and d.adbin is null then pg_catalog.pg_get_expr(t.typdefaultbin, 0)
    when a.attidentity = 'd' then pg_catalog.format('nextval(%L)', sequence.objid::regclass)
    when a.attgenerated <> '' then null
    else pg_catalog.pg_get_expr(d.adbin, d.adrelid)
  end as default_value,
  coalesce(labels.names, '{}') as labels,
  base.typname as base_name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type t on t.oid = a.atttypid
join roots on roots.id = t.oid
join pg_catalog.pg_type base on base.oid = roots.root
left join labels on labels.id = base.oid
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_catalog.pg_depend sequence
  on sequence.refobjid = a.attrelid and sequence.refobjsubid = a.attnum and sequence.deptype = 'i'
  and sequence.classid = 'pg_class'::regclass and sequence.refclassid = 'pg_class'::regclass
where ((c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any (?))
    or (c.relkind = 'c' and n.nspname not in ('pg_catalog', 'information_schema')))
  and not pg_catalog.pg_is_other_temp_schema(n.oid)
order by c.oid, a.attnum
