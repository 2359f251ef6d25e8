-- The columns by which rows of a table are paged: its primary key, else where they lie; none for
-- what has no fixed place, or where rights are given by column.
select attname from (
  select a.attname::text, k.place
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_index i on i.indrelid = c.oid and i.indisprimary
  cross join lateral unnest(i.indkey::smallint[]) with ordinality k (attnum, place)
  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
  where n.nspname = ? and c.relname = ?
  union all
  select place.name, place.number
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  cross join (values ('tableoid', 1), ('ctid', 2)) place (name, number)
  where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p', 'm')
    and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
    and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attacl is not null)
) columns order by place
