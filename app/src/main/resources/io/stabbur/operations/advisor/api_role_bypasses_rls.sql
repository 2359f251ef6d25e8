select 'pg_catalog' as schema_name, a.name, 'role' as kind,
  format('Role %s %s: no policy binds it.', a.name, case when r.oid = a.oid then 'is ' else 'has the rights of ' || r.rolname || ', which is ' end
    || case when r.rolsuper then 'a superuser' else 'exempt from row-level security' end) as detail,
  format('api_role_bypasses_rls_%s', a.name) as cache_key,
  case when r.oid = a.oid then format('alter role %I nobypassrls nosuperuser;', a.name) else format('revoke %I from %I;', r.rolname, a.name) end as mend
from callers a
-- the attribute is not inherited, but a member may become the role
join pg_catalog.pg_roles r on (r.rolsuper or r.rolbypassrls) and pg_has_role(a.oid, r.oid, 'member')
where r.oid = a.oid or not exists (select from pg_catalog.pg_roles s where s.oid = a.oid and s.rolsuper)
