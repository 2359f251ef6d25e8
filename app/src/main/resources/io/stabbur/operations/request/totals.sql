-- Requests by piece of time, and the step of time (0962_request_hours.sql) that 95 of 100 did not go beyond.
-- The values: seconds of a piece, its origin, the first hour.
with counted as (
  select date_bin(make_interval(secs => ?), hour, ?::timestamptz) as moment, step, sum(requests) as requests, sum(failed) as failed
  from stabbur.request_hours
  where hour >= ?::timestamptz
  group by moment, step),
ranked as (
  select moment, step, requests, failed,
    sum(requests) over (partition by moment order by step) >= 0.95 * sum(requests) over (partition by moment) as is_slow
  from counted)
select moment, sum(requests)::bigint, sum(failed)::bigint, power(2, (min(step) filter (where is_slow) + 1) / 4.0) / 1000
from ranked
group by moment
order by moment
