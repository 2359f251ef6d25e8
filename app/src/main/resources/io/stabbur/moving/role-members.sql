-- Which of some roles belong to which others, and which others belong to them.
select pg_catalog.format('grant %I to %I', r.rolname, m.rolname)
from pg_catalog.pg_auth_members a
  join pg_catalog.pg_roles r on r.oid = a.roleid
  join pg_catalog.pg_roles m on m.oid = a.member
where (r.rolname = any (?) or m.rolname = any (?))
  and m.rolname not in ('postgres', 'dashboard_user') and not m.rolsuper and not r.rolsuper
  and r.rolname = any (?) and m.rolname = any (?)
order by 1
