-- The size that the live rows need, from the planner's statistics, beside the size that the table has.
select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has %s for rows that need about %s.', r.schema_name, r.name, pg_size_pretty(s.has), pg_size_pretty(s.needs)) as detail,
  format('table_bloat_%s_%s', r.schema_name, r.name) as cache_key,
  format('vacuum (full, analyze) %I.%I; -- locks the table while it runs', r.schema_name, r.name) as mend
from relations r
cross join lateral (
  select pg_relation_size(r.oid) as has, (greatest(r.rows, 0) * (
    select 28 + coalesce(sum((1 - w.stanullfrac) * w.stawidth), 0)
    from (select null_frac as stanullfrac, avg_width as stawidth from pg_catalog.pg_stats p where p.schemaname = r.schema_name and p.tablename = r.name) w
  ) * 1.1)::bigint as needs
) s
where r.relkind = 'r' and s.has > 20 * 1024 * 1024 and r.rows >= 0 and s.has > 3 * s.needs
  and exists (select from pg_catalog.pg_stats p where p.schemaname = r.schema_name and p.tablename = r.name)
