-- The roles of the server as statements for psql, without passwords and without superusers' rights. What is there stays.
select coalesce(string_agg(line, E'\n' order by rank, line), '') from (
  select 1, format('select %L where to_regrole(%L) is null \gexec', format('create role %I', r.rolname), quote_ident(r.rolname))
  from pg_catalog.pg_roles r
  where r.rolname not like 'pg\_%'
  union all
  select 2, format('alter role %I %s;', r.rolname, concat_ws(' ',
    case when r.rolinherit then 'inherit' else 'noinherit' end,
    case when r.rolcreaterole then 'createrole' else 'nocreaterole' end,
    case when r.rolcreatedb then 'createdb' else 'nocreatedb' end,
    case when r.rolcanlogin then 'login' else 'nologin' end,
    case when r.rolreplication then 'replication' else 'noreplication' end,
    case when r.rolbypassrls then 'bypassrls' else 'nobypassrls' end))
  from pg_catalog.pg_roles r
  where r.rolname not like 'pg\_%'
  union all
  -- several may have granted the same; from version 16 on each grant says what it gives
  select 3, format('grant %I to %I%s;', g.rolname, r.rolname, case
    when bool_or(o.inherits) is not null
    then format(' with admin %s, inherit %s, set %s', bool_or(m.admin_option)::text, bool_or(o.inherits)::text, bool_or(o.sets)::text)
    when bool_or(m.admin_option) then ' with admin option'
    else '' end)
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles g on g.oid = m.roleid
  join pg_catalog.pg_roles r on r.oid = m.member
  cross join lateral (select
    (to_jsonb(m) ->> 'inherit_option')::boolean as inherits,
    (to_jsonb(m) ->> 'set_option')::boolean as sets) as o
  where r.rolname not like 'pg\_%' and not g.rolsuper
  group by g.rolname, r.rolname
) as lines (rank, line)
