-- What the policies for reading a table look at, those of the tables that they read included: the tables, the functions called,
-- the version of all of these, the expressions of the table's own policies, and whether each gives the same for the same values
-- within a statement.
with recursive asked (oid) as (
  select ?::int8::oid
), secured (oid) as (
  select oid from asked
  union
  select m[1]::oid
  from secured s
  join pg_catalog.pg_policy p on p.polrelid = s.oid and p.polcmd in ('r', '*')
  cross join lateral regexp_matches(p.polqual::text, ':relid ([1-9][0-9]*)', 'g') m
), policy as (
  select p.oid, p.xmin, p.polrelid, p.polqual::text as qual
  from secured s
  join pg_catalog.pg_policy p on p.polrelid = s.oid and p.polcmd in ('r', '*')
), called (oid) as (
  select m[1]::oid
  from policy
  cross join lateral regexp_matches(qual, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([1-9][0-9]*)', 'g') m
  union
  select o.oprcode
  from policy
  cross join lateral regexp_matches(qual, ':opno ([1-9][0-9]*)', 'g') m
  join pg_catalog.pg_operator o on o.oid = m[1]::oid
), source (version) as (
  select 'p' || oid || ' ' || xmin from policy
  union all
  select 'c' || c.oid || ' ' || c.xmin from secured s join pg_catalog.pg_class c on c.oid = s.oid
  union all
  select 'f' || f.oid || ' ' || f.xmin from called join pg_catalog.pg_proc f on f.oid = called.oid
)
select array(select oid::text from secured),
  array(select oid::text from called),
  (select md5(string_agg(version, ',' order by version collate "C")) from source),
  array(select qual from policy where polrelid = (select oid from asked) and qual is not null),
  not exists (
      select from called join pg_catalog.pg_proc f on f.oid = called.oid
      where f.provolatile = 'v' or f.prokind <> 'f' and f.oid >= 16384)
    and not exists (
      select from policy where qual ~ '\{(?:COERCETODOMAIN|ROWCOMPARE|TABLESAMPLE|NEXTVALUE)')
    and not exists (
      select from secured s join pg_catalog.pg_class c on c.oid = s.oid where c.relkind not in ('r', 'p')),
  array(
    select a.attnum::int8
    from pg_catalog.pg_attribute a
    where a.attrelid = (select oid from asked) and a.attnum > 0 and not a.attisdropped
    order by a.attnum),
  array(
    select a.attname::text
    from pg_catalog.pg_attribute a
    where a.attrelid = (select oid from asked) and a.attnum > 0 and not a.attisdropped
    order by a.attnum)
