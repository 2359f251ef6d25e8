-- Everything of a project that is defined and not a row, as one digest: its own schemas with their functions, views, defaults,
-- constraints, indexes, triggers, policies and rights; triggers and policies on the platform's tables; memberships; settings.
with schemas as (select n.oid, n.nspname from pg_catalog.pg_namespace n where n.nspname = any (?)),
relations as (
  select c.*, n.nspname from schemas n join pg_catalog.pg_class c on c.relnamespace = n.oid where c.relkind <> 't'
),
guarded as (
  select oid from relations
  union
  select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('auth', 'storage', 'realtime') and c.relkind in ('r', 'p', 'v') and not c.relispartition
),
lines (line) as (
  select pg_catalog.format('schema %s %s', n.nspname, n.nspacl)
  from pg_catalog.pg_namespace n join schemas s on s.oid = n.oid
  union all
  select pg_catalog.format('relation %s.%s %s %s %s %s %s', nspname, relname, relkind, relrowsecurity, relforcerowsecurity,
    reloptions, relacl) from relations
  union all
  select pg_catalog.format('view %s %s', oid::pg_catalog.regclass, pg_catalog.pg_get_viewdef(oid)) from relations
  where relkind in ('v', 'm')
  union all
  select pg_catalog.format('column %s.%s %s %s %s %s %s %s', r.oid::pg_catalog.regclass, a.attname,
    pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid))
  from relations r join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
  union all
  select pg_catalog.format('constraint %s %s %s', k.conrelid::pg_catalog.regclass, k.conname, pg_catalog.pg_get_constraintdef(k.oid))
  from pg_catalog.pg_constraint k join schemas n on n.oid = k.connamespace
  union all
  select pg_catalog.format('index %s', pg_catalog.pg_get_indexdef(i.indexrelid))
  from relations r join pg_catalog.pg_index i on i.indrelid = r.oid
  union all
  select pg_catalog.format('trigger %s %s %s', t.tgrelid::pg_catalog.regclass, t.tgenabled, pg_catalog.pg_get_triggerdef(t.oid))
  from guarded g join pg_catalog.pg_trigger t on t.tgrelid = g.oid
  where not t.tgisinternal and t.tgname not in ('stabbur_moved', 'stabbur_moved_whole')
  union all
  select pg_catalog.format('rule %s', pg_catalog.pg_get_ruledef(w.oid))
  from relations r join pg_catalog.pg_rewrite w on w.ev_class = r.oid
  union all
  select pg_catalog.format('policy %s %s %s %s %s %s %s', p.polrelid::pg_catalog.regclass, p.polname, p.polcmd, p.polpermissive,
    p.polroles, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
  from guarded g join pg_catalog.pg_policy p on p.polrelid = g.oid
  union all
  select pg_catalog.format('routine %s %s %s %s', p.oid::pg_catalog.regprocedure, p.proowner, p.proacl,
    case when p.prokind = 'a' then p.prosrc else pg_catalog.pg_get_functiondef(p.oid) end)
  from schemas n join pg_catalog.pg_proc p on p.pronamespace = n.oid
  where not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select pg_catalog.format('type %s %s %s %s %s', t.oid::pg_catalog.regtype, t.typtype, t.typacl, t.typdefault,
    (select pg_catalog.string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid))
  from schemas n join pg_catalog.pg_type t on t.typnamespace = n.oid and t.typtype in ('e', 'd', 'r')
  union all
  select pg_catalog.format('rights by default %s %s %s', d.defaclnamespace, d.defaclobjtype, d.defaclacl)
  from pg_catalog.pg_default_acl d
  union all
  select pg_catalog.format('publication of %s', r.prrelid::pg_catalog.regclass)
  from pg_catalog.pg_publication p join pg_catalog.pg_publication_rel r on r.prpubid = p.oid where p.pubname = 'supabase_realtime'
  union all
  select pg_catalog.format('member %s of %s', m.member::pg_catalog.regrole, m.roleid::pg_catalog.regrole)
  from pg_catalog.pg_auth_members m
    join pg_catalog.pg_roles a on a.oid = m.member join pg_catalog.pg_roles b on b.oid = m.roleid
  where a.rolname = any (?) or b.rolname = any (?)
  union all
  select pg_catalog.format('role %s %s %s', r.rolname, r.rolcanlogin, r.rolbypassrls)
  from pg_catalog.pg_roles r where r.rolname = any (?)
  union all
  select pg_catalog.format('setting %s %s %s', d.setrole, d.setdatabase, s.setting)
  from pg_catalog.pg_db_role_setting d cross join lateral pg_catalog.unnest(d.setconfig) s (setting)
  where d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
    and s.setting !~ '^default_transaction_read_only='
)
select pg_catalog.md5(coalesce(pg_catalog.string_agg(line, E'\n' order by line collate "C"), '')) from lines
