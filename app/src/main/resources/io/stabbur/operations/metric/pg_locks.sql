select current_database()::text as datname, m.mode as mode, count(l.mode)::float8 as count
from unnest('{accesssharelock,rowsharelock,rowexclusivelock,shareupdateexclusivelock,sharelock,sharerowexclusivelock,exclusivelock,accessexclusivelock,sireadlock}'::text[]) as m (mode)
left join pg_catalog.pg_locks l
  on lower(l.mode) = m.mode and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
group by m.mode
