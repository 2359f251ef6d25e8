-- Whether Postgres may compute a part of a table's policies for reading once for many statements: a function that is declared
-- immutable is called when a plan is made. One that reads the claims all the same gives every later caller the first one's.
-- Looked at are the policies of the tables and the queries of the views that these read, and what the functions called there name
-- in turn; functions of Postgres and of extensions are as they are declared.
with recursive looked_at (oid) as (
  select ?::int8::oid
  union
  select m[1]::oid
  from looked_at l
  cross join lateral (
    select p.polqual::text from pg_catalog.pg_policy p where p.polrelid = l.oid and p.polcmd in ('r', '*')
    union all
    select w.ev_action::text
    from pg_catalog.pg_rewrite w
    join pg_catalog.pg_class c on c.oid = w.ev_class
    where w.ev_class = l.oid and c.relkind = 'v' and c.oid >= 16384
  ) t (tree)
  cross join lateral regexp_matches(t.tree, ':relid ([1-9][0-9]*)', 'g') m
), tree (content) as (
  select p.polqual::text
  from looked_at l
  join pg_catalog.pg_policy p on p.polrelid = l.oid and p.polcmd in ('r', '*')
  union all
  select w.ev_action::text
  from looked_at l
  join pg_catalog.pg_class c on c.oid = l.oid and c.relkind = 'v' and c.oid >= 16384
  join pg_catalog.pg_rewrite w on w.ev_class = l.oid
), own (oid, name, volatility, body) as (
  select f.oid, f.proname::text, f.provolatile, coalesce(f.prosqlbody::text, '') || coalesce(f.prosrc, '')
  from pg_catalog.pg_proc f
  where f.oid >= 16384
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')
), called (oid) as (
  select m[1]::oid
  from tree
  cross join lateral regexp_matches(content, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([1-9][0-9]*)', 'g') m
  union
  select o.oprcode
  from tree
  cross join lateral regexp_matches(content, ':opno ([1-9][0-9]*)', 'g') m
  join pg_catalog.pg_operator o on o.oid = m[1]::oid
  union
  select t.oid
  from called c
  join own f on f.oid = c.oid
  join own t on strpos(f.body, t.name) > 0 or strpos(f.body, 'funcid ' || t.oid || ' ') > 0
)
select exists (select from called join own on own.oid = called.oid where own.volatility = 'i')
