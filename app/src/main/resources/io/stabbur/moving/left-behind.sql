-- What a project may have and does not move, in words.
select pg_catalog.format('event trigger %s', e.evtname)
from pg_catalog.pg_event_trigger e where e.evtowner = current_user::pg_catalog.regrole
union all
select pg_catalog.format('publication %s', p.pubname)
from pg_catalog.pg_publication p
where p.pubowner = current_user::pg_catalog.regrole and p.pubname not like 'supabase\_realtime%'
union all
select pg_catalog.format('%s large objects', count(*)) from pg_catalog.pg_largeobject_metadata having count(*) > 0
union all
select pg_catalog.format('setting %s of %s', pg_catalog.split_part(s.setting, '=', 1),
  case d.setrole when 0 then 'the database' else 'role ' || pg_catalog.pg_get_userbyid(d.setrole) end)
from pg_catalog.pg_db_role_setting d cross join lateral pg_catalog.unnest(d.setconfig) s (setting)
where s.setting like '%.%=%' and pg_catalog.split_part(s.setting, '=', 1) like '%.%'
  and d.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
union all
select pg_catalog.format('messages of the queue %s', pg_catalog.substr(c.relname, 3))
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'pgmq' and c.relname like 'q\_%' and c.relkind in ('r', 'p')
union all
select pg_catalog.format('login, password and bypassrls of role %s', r.rolname)
from pg_catalog.pg_roles r where r.rolname = any (?) and (r.rolcanlogin or r.rolbypassrls)
order by 1
