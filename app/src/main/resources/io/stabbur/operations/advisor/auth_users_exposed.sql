select r.schema_name, r.name, 'view' as kind,
  format('%s.%s reads auth.users and %s may select from it: addresses and metadata of every account.', r.schema_name, r.name, array_to_string(r.readers, ' and ')) as detail,
  format('auth_users_exposed_%s_%s', r.schema_name, r.name) as cache_key,
  format('revoke all on %I.%I from anon, authenticated;', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.relkind in ('v', 'm') and r.readers <> '{}'
  and exists (
    -- directly, or through other views
    with recursive used (oid) as (
      select r.oid
      union
      select d.refobjid
      from used u
      join pg_catalog.pg_rewrite w on w.ev_class = u.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
    )
    select from used where oid = to_regclass('auth.users')
  )
  -- with its caller's rights a view shows what the caller may read anyway
  and not (r.relkind = 'v' and coalesce(array_to_string(r.options, ',') ~* 'security_invoker=(true|on|1|yes)', false)
    and not has_table_privilege('anon', 'auth.users', 'select') and not has_table_privilege('authenticated', 'auth.users', 'select'))
