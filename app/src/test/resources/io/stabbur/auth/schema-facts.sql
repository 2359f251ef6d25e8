-- What original-schema.tsv lists, of the schema at hand.
select concat_ws(E'\t', 'type', t.typname,
         (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
  from pg_type t where t.typnamespace = 'auth'::regnamespace and t.typtype = 'e'
union all
select concat_ws(E'\t', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
         concat_ws(' ',
           case when a.attnotnull then 'not null' end,
           case when a.attgenerated <> '' then 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
                when d.adbin is not null then 'default ' || pg_get_expr(d.adbin, d.adrelid) end))
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r'
union all
select concat_ws(E'\t', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid))
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = 'auth'::regnamespace and k.contype in ('p', 'u', 'f')
union all
select concat_ws(E'\t', 'index', i.indexdef)
  from pg_indexes i
 where i.schemaname = 'auth' and i.indexdef like 'CREATE UNIQUE%'
   and not exists (select from pg_constraint k where k.conname = i.indexname and k.connamespace = 'auth'::regnamespace)
