-- That roles log in, with the digest of their password, and pass policies by.
select pg_catalog.format('alter role %I with %s %s %s', r.rolname, case when r.rolcanlogin then 'login' else 'nologin' end,
  case when r.rolbypassrls then 'bypassrls' else 'nobypassrls' end,
  case when r.rolpassword is null then '' else pg_catalog.format('password %L', r.rolpassword) end)
from pg_catalog.pg_authid r where r.rolname = any (?)
order by 1
