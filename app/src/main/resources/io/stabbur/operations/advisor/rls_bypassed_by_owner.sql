select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s belongs to a role that API callers act as, and row-level security is not forced: policies do not bind an owner.', r.schema_name, r.name) as detail,
  format('rls_bypassed_by_owner_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I owner to postgres;', r.schema_name, r.name) as mend
from relations r
join pg_catalog.pg_class c on c.oid = r.oid
where r.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
  and exists (select from callers a where pg_has_role(a.oid, r.owner, 'usage'))
