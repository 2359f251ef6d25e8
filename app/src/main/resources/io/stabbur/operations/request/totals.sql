select date_bin(make_interval(secs => ?), at, ?::timestamptz) as moment, count(*),
  count(*) filter (where status >= 500), coalesce(percentile_cont(0.95) within group (order by microseconds), 0) / 1000
from stabbur.requests
where at >= ?::timestamptz
group by moment
order by moment
