-- Changes with each change of tables, policies, functions, rights and roles.
select concat_ws(' ',
  (select sum(hashtextextended(p.oid || ' ' || p.xmin, 0)) from pg_catalog.pg_policy p),
  (select sum(hashtextextended(c.oid || ' ' || c.xmin, 0)) from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.oid >= 16384),
  (select sum(hashtextextended(p.oid || ' ' || p.xmin, 0)) from pg_catalog.pg_proc p where p.oid >= 16384),
  (select sum(hashtextextended(n.oid || ' ' || n.xmin, 0)) from pg_catalog.pg_namespace n),
  (select sum(hashtextextended(r.oid || ' ' || r.rolsuper || r.rolbypassrls, 0)) from pg_catalog.pg_roles r),
  (select sum(hashtextextended(s.setdatabase || ' ' || s.setrole || ' ' || s.setconfig::text, 0)) from pg_catalog.pg_db_role_setting s))
