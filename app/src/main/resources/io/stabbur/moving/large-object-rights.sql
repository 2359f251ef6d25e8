-- The rights on a large object that others than its owner have.
select pg_catalog.format('grant %s on large object %s to %s', a.privilege_type, m.oid,
  case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end)
from pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
where m.oid = ?::text::oid and a.grantee <> m.lomowner
order by 1
