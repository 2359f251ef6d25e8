-- utility statements are left out: they are kept with their values, passwords among them
select s.queryid::text, max(s.query), sum(s.calls)::bigint, sum(s.total_exec_time)::float8, sum(s.rows)::bigint,
  (sum(s.total_exec_time) / nullif(sum(sum(s.total_exec_time)) over (), 0))::float8
from extensions.pg_stat_statements s
join pg_catalog.pg_database d on d.oid = s.dbid
where d.datname = current_database() and s.query ~* '^\s*(with|select|insert|update|delete|merge)\M'
group by s.queryid
order by 4 desc
limit ?
