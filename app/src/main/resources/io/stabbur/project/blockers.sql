-- what a session waits for, and who is in its way; statements of others may hold values and are not read
select
  (select string_agg(distinct l.relation::regclass::text, ', ')
   from pg_locks l where l.pid = ? and not l.granted and l.relation is not null) as waits_for,
  string_agg(
    format('process %s as %s%s%s', a.pid, coalesce(a.usename, 'the server'),
      case when a.application_name <> '' then format(' (%s)', a.application_name) else '' end,
      case when a.xact_start is not null
        then format(', in a transaction since %s s', round(extract(epoch from clock_timestamp() - a.xact_start)))
        else '' end),
    '; ' order by a.pid) as holders
from pg_stat_activity a where a.pid = any (pg_blocking_pids(?))
