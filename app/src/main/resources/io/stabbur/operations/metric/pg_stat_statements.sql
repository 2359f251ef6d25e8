select current_database()::text as datname, s.queryid::text as queryid, sum(s.calls)::float8 as calls_total,
  (sum(s.total_exec_time) / 1000)::float8 as seconds_total, sum(s.rows)::float8 as rows_total
from (
  select s.queryid, s.calls, s.total_exec_time, s.rows,
    rank() over (order by s.total_exec_time desc) as by_total, rank() over (order by s.mean_exec_time desc) as by_mean
  from extensions.pg_stat_statements s
  join pg_catalog.pg_database d on d.oid = s.dbid
  where d.datname = current_database() and s.toplevel) s
where least(s.by_total, s.by_mean) <= 25
group by s.queryid
