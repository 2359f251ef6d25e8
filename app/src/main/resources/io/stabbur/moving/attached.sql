-- What the user has fastened to tables of the platform, as the statements that make it: triggers that call functions of
-- some schemas, policies, and tables whose changes are published; then whether the table's owner alone may do it, and the table.
select 'trigger ' || t.tgname || ' on ' || c.oid::pg_catalog.regclass, pg_catalog.pg_get_triggerdef(t.oid)
  || case when t.tgenabled = 'O' then '' else pg_catalog.format('; alter table %I.%I %s trigger %I', n.nspname, c.relname,
    case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end, t.tgname) end,
  t.tgenabled <> 'O', pg_catalog.format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_trigger t
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('auth', 'storage', 'realtime')
  join pg_catalog.pg_proc p on p.oid = t.tgfoid
  join pg_catalog.pg_namespace f on f.oid = p.pronamespace and f.nspname = any (?)
where not t.tgisinternal and t.tgparentid = 0
union all
select 'policy ' || p.polname || ' on ' || c.oid::pg_catalog.regclass,
  pg_catalog.format('create policy %I on %I.%I as %s for %s to %s%s%s', p.polname, n.nspname, c.relname,
    case when p.polpermissive then 'permissive' else 'restrictive' end,
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    (select pg_catalog.string_agg(case r.role when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r.role)) end, ', ')
     from pg_catalog.unnest(p.polroles) r (role)),
    ' using (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
    ' with check (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
  false, pg_catalog.format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_policy p
  join pg_catalog.pg_class c on c.oid = p.polrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('auth', 'storage', 'realtime')
union all
select 'publication of ' || c.oid::pg_catalog.regclass,
  pg_catalog.format('alter publication supabase_realtime add table only %I.%I', n.nspname, c.relname),
  false, pg_catalog.format('%I.%I', n.nspname, c.relname)
from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_rel r on r.prpubid = p.oid
  join pg_catalog.pg_class c on c.oid = r.prrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = any (?)
where p.pubname = 'supabase_realtime' and not p.puballtables
order by 1
