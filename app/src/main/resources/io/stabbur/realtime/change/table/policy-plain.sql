-- Whether the policies for reading a table change no setting and keep nothing in the session, and whether they read the setting
-- request.jwt.claim.sub by auth.uid() alone, as far as can be told: also the policies of the tables and the queries of the views
-- that they read, and the functions that are called, by their names in the texts of others. What cannot be told is false.
with recursive own_function (oid, schema, name, body, tree) as materialized (
  select f.oid, lower(n.nspname::text), lower(f.proname::text), lower(f.prosrc), coalesce(f.prosqlbody::text, '')
  from pg_catalog.pg_proc f
  join pg_catalog.pg_namespace n on n.oid = f.pronamespace
  where f.oid >= 16384
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = f.oid and d.deptype = 'e')
), node (kind, oid) as (
  select 't', ?::int8::oid
  union
  select next.kind, next.oid
  from node n
  cross join lateral (
    select array(
        select p.polqual::text
        from pg_catalog.pg_policy p
        where n.kind = 't' and p.polrelid = n.oid and p.polcmd in ('r', '*') and p.polqual is not null
        union all
        select w.ev_action::text
        from pg_catalog.pg_rewrite w
        join pg_catalog.pg_class c on c.oid = w.ev_class
        where n.kind = 't' and w.ev_class = n.oid and c.relkind = 'v' and c.oid >= 16384
        union all
        select f.tree from own_function f where n.kind = 'f' and f.oid = n.oid),
      (select f.body from own_function f where n.kind = 'f' and f.oid = n.oid)
  ) read (trees, body)
  cross join lateral (select regexp_split_to_array(read.body, '\W+')) split (words)
  cross join lateral (
    select 'f', m[1]::oid
    from unnest(read.trees) tree
    cross join lateral regexp_matches(tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) ([1-9][0-9]*)', 'g') m
    union all
    select 'f', o.oprcode
    from unnest(read.trees) tree
    cross join lateral regexp_matches(tree, ':opno ([1-9][0-9]*)', 'g') m
    join pg_catalog.pg_operator o on o.oid = m[1]::oid
    union all
    select 't', m[1]::oid
    from unnest(read.trees) tree
    cross join lateral regexp_matches(tree, ':relid ([1-9][0-9]*)', 'g') m
    union all
    -- auth.uid( is not private.uid; what follows another point may be a column or a function
    select 'f', f.oid
    from regexp_matches(read.body, '(?:(\w+)\s*\.\s*)?(\w+)(\s*\()?', 'g') m
    join own_function f on f.name = m[2]
    where case when m[1] is null then m[3] is not null
      else m[1] = f.schema or not exists (select from pg_catalog.pg_namespace n where n.nspname = m[1]) end
    union all
    select 'f', f.oid from own_function f where f.name ~ '\W' and strpos(read.body, f.name) > 0
    union all
    select 'f', o.oprcode from pg_catalog.pg_operator o where o.oid >= 16384 and strpos(read.body, o.oprname::text) > 0
    union all
    select 't', c.oid
    from pg_catalog.pg_class c
    where c.relkind in ('r', 'p', 'v') and (c.oid >= 16384 or c.relname = 'pg_settings')
      and (lower(c.relname) = any (split.words) or c.relname ~ '\W' and strpos(read.body, lower(c.relname)) > 0)
  ) next (kind, oid)
), called (oid, language, volatility, is_own, body) as (
  select f.oid, l.lanname, f.provolatile, o.oid is not null,
    case when f.prosqlbody is null then f.prosrc else pg_catalog.pg_get_function_sqlbody(f.oid) end
  from node n
  join pg_catalog.pg_proc f on f.oid = n.oid
  join pg_catalog.pg_language l on l.oid = f.prolang
  left join own_function o on o.oid = f.oid
  where n.kind = 'f'
), text (body) as (
  select c.body
  from called c
  where c.is_own
    and not (
      c.oid = to_regprocedure('auth.uid()')
      and regexp_replace(regexp_replace(lower(c.body), '\s|[();]|::text', '', 'g'), '^(return|select)', '')
        = 'coalescenullifcurrent_setting''request.jwt.claim.sub'',true,'''','
          'nullifcurrent_setting''request.jwt.claims'',true,''''::jsonb->>''sub''::uuid')
  union all
  select pg_catalog.pg_get_expr(p.polqual, p.polrelid)
  from node n
  join pg_catalog.pg_policy p on n.kind = 't' and p.polrelid = n.oid and p.polcmd in ('r', '*')
  where p.polqual is not null
  union all
  select pg_catalog.pg_get_viewdef(c.oid)
  from node n
  join pg_catalog.pg_class c on n.kind = 't' and c.oid = n.oid and c.relkind = 'v'
)
select not exists (
    select from called c
    where case when c.is_own then c.language not in ('sql', 'plpgsql') or c.body ~* ('\m(alter|call|copy|create|deallocate|delete|do'
          '|drop|execute|insert|listen|lock|merge|notify|prepare|reset|set|show|truncate|update|pg_show_all_settings)\M')
      else c.volatility = 'v' end)
  and not exists (
    select from called c
    join pg_catalog.pg_proc v on v.provolatile = 'v' and v.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
    where c.is_own and v.proname::text = any (regexp_split_to_array(lower(c.body), '\W+')))
  and not exists (
    select from node n
    join pg_catalog.pg_class c on n.kind = 't' and c.oid = n.oid
    where c.relkind not in ('r', 'p', 'v') or c.oid < 16384 and c.relkind = 'v')
  and not exists (
    select from node n
    join pg_catalog.pg_policy p on n.kind = 't' and p.polrelid = n.oid and p.polcmd in ('r', '*')
    where p.polqual::text ~ '\{(?:COERCETODOMAIN|NEXTVALUE|TABLESAMPLE)'),
  not exists (
    select from text
    where regexp_replace(
      body, 'current_setting\s*\(\s*''(?!request\.jwt\.claim\.sub'')[^'']*''(::text)?\s*[,)]', '', 'gi') ~* 'current_setting')
