-- Every policy of the project's tables, of files and of realtime's messages; names in expressions are qualified by schema.
select n.nspname::text as schema_name, c.relname::text as table_name, p.polname::text as name, p.polcmd::text as command,
  p.polpermissive as is_permissive, c.relrowsecurity as has_rls,
  array(
    select case when role.oid = 0 then 'public' else role.oid::regrole::text end
    from unnest(p.polroles) as role (oid) order by 1) as roles,
  0 = any (p.polroles) or exists (
    select from unnest(p.polroles) as role (oid), callers a where a.name = 'anon' and pg_has_role(a.oid, nullif(role.oid, 0), 'usage')) as for_anon,
  0 = any (p.polroles) or exists (
    select from unnest(p.polroles) as role (oid), callers a where a.name = 'authenticated' and pg_has_role(a.oid, nullif(role.oid, 0), 'usage')) as for_signed_in,
  pg_get_expr(p.polqual, p.polrelid) as using_text, pg_get_expr(p.polwithcheck, p.polrelid) as check_text,
  exists (
    select from pg_catalog.pg_constraint k join pg_catalog.pg_class f on f.oid = k.confrelid
    where k.conrelid = c.oid and k.contype = 'f' and f.relnamespace = to_regnamespace('auth'))
  or exists (
    select from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and a.attname ~* '^(user|owner|author|member|person|profile|organi[sz]ation|org|tenant|team|company|account|customer|client|school|created_by)(_?(id|uuid))?$')
  as has_owner,
  r.oid is not null as is_own
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join relations r on r.oid = c.oid
where r.oid is not null or c.oid in (to_regclass('storage.objects'), to_regclass('storage.buckets'), to_regclass('realtime.messages'))
order by 1, 2, 3
