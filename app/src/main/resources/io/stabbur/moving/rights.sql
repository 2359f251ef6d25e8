-- Every right in some schemas as the statement that gives it and the one that takes it back; what owners and the platform's
-- own roles may is left out. The login role of the API gets none: a connection that lost its role must be refused.
with schemas as (
  select n.oid, n.nspname, n.nspowner, n.nspacl from pg_catalog.pg_namespace n where n.nspname = any (?)
), rights as (
  select pg_catalog.format('schema %I', n.nspname) as object, '' as columns, n.nspowner as owner, a.*
  from schemas n, pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
  where not (n.nspname = 'public' and a.grantee = 0)
  union all
  select pg_catalog.format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname), '',
    c.relowner, a.*
  from schemas n join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'S'),
    pg_catalog.aclexplode(coalesce(c.relacl,
      pg_catalog.acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner))) a
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
  union all
  select pg_catalog.format('table %I.%I', n.nspname, c.relname), pg_catalog.format(' (%I)', t.attname), c.relowner, a.*
  from schemas n join pg_catalog.pg_class c on c.relnamespace = n.oid
    join pg_catalog.pg_attribute t on t.attrelid = c.oid and not t.attisdropped and t.attacl is not null,
    pg_catalog.aclexplode(t.attacl) a
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
  union all
  select pg_catalog.format('routine %s', p.oid::pg_catalog.regprocedure), '', p.proowner, a.*
  from schemas n join pg_catalog.pg_proc p on p.pronamespace = n.oid,
    pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select pg_catalog.format('type %s', t.oid::pg_catalog.regtype), '', t.typowner, a.*
  from schemas n join pg_catalog.pg_type t on t.typnamespace = n.oid and t.typtype in ('e', 'd', 'r'),
    pg_catalog.aclexplode(coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))) a
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'e')
), kinds (kind, name, builtin) as (
  values ('r'::"char", 'tables', 'r'::"char"), ('S', 'sequences', 's'), ('f', 'functions', 'f'), ('T', 'types', 'T')
), defaults as (
  select k.name, pg_catalog.format(' in schema %I', n.nspname) as place, d.defaclrole as owner, a.*
  from kinds k join pg_catalog.pg_default_acl d on d.defaclobjtype = k.kind
    join schemas n on n.oid = d.defaclnamespace, pg_catalog.aclexplode(d.defaclacl) a
  where d.defaclrole = current_user::pg_catalog.regrole
  union all
  select k.name, '', current_user::pg_catalog.regrole, a.*
  from kinds k,
    pg_catalog.aclexplode(coalesce(
      (select d.defaclacl from pg_catalog.pg_default_acl d
       where d.defaclobjtype = k.kind and d.defaclnamespace = 0 and d.defaclrole = current_user::pg_catalog.regrole),
      pg_catalog.acldefault(k.builtin, current_user::pg_catalog.regrole))) a
), statements as (
  select r.owner, r.grantee,
    pg_catalog.format('grant %s%s on %s to ', r.privilege_type, r.columns, r.object) as give,
    pg_catalog.format('revoke %s%s on %s from ', r.privilege_type, r.columns, r.object) as take, r.is_grantable
  from rights r
  union all
  select d.owner, d.grantee,
    pg_catalog.format('alter default privileges%s grant %s on %s to ', d.place, d.privilege_type, d.name),
    pg_catalog.format('alter default privileges%s revoke %s on %s from ', d.place, d.privilege_type, d.name), d.is_grantable
  from defaults d
)
select s.give || g.name || case when s.is_grantable then ' with grant option' else '' end, s.take || g.name
from statements s
  left join pg_catalog.pg_roles r on r.oid = s.grantee
  cross join lateral (select case s.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end as name) g
where s.grantee <> s.owner
  and (s.grantee = 0 or r.rolname not like 'supabase\_%' and r.rolname not like 'pg\_%'
    and r.rolname not like 'cli\_login\_%' and r.rolname not in ('postgres', 'dashboard_user', 'authenticator', 'pgbouncer'))
order by 1
