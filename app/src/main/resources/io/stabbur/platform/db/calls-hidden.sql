-- What is called where a type is named alone: the functions of its casts that somebody wrote, and the checks of a domain, also of
-- one that other domains and types of several fields are made of. Without a name where types of Postgres alone are cast. Postgres
-- ignores casts of domains.
with recursive contained (type, part) as (
  select made.type, case when part.typcategory = 'A' then part.typelem else part.oid end
  from (
    select d.oid, d.typbasetype from pg_catalog.pg_type d where d.typtype = 'd'
    union all
    select c.reltype, a.atttypid
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    where a.atttypid >= 16384 and c.reltype <> 0
  ) made (type, part)
  join pg_catalog.pg_type part on part.oid = made.part
), checked (type, expression) as (
  select c.contypid, pg_catalog.pg_get_constraintdef(c.oid)
  from pg_catalog.pg_constraint c
  join pg_catalog.pg_type t on t.oid = c.contypid
  join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where c.contype = 'c' and n.nspname not in ('pg_catalog', 'information_schema')
  union
  select contained.type, checked.expression
  from checked
  join contained on contained.part = checked.type
)
select pg_catalog.lower(t.typname), true, pg_catalog.quote_ident(p.proname) || '()'
from pg_catalog.pg_cast c
join pg_catalog.pg_proc p on p.oid = c.castfunc and p.oid >= 16384
join pg_catalog.pg_type s on s.oid = c.castsource and s.typtype <> 'd'
join pg_catalog.pg_type g on g.oid = c.casttarget and g.typtype <> 'd'
left join pg_catalog.pg_type t on t.oid in (s.oid, g.oid) and t.oid >= 16384
where not exists (
  select from pg_catalog.pg_depend d
  where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
union all
select pg_catalog.lower(t.typname), false, checked.expression
from checked
join pg_catalog.pg_type t on t.oid = checked.type
