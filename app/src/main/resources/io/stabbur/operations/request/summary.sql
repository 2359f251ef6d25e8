with chosen as (
  select
    case ?
      when 'route' then method || ' ' || route
      when 'organization' then coalesce(organization_id::text, '')
      when 'role' then role
    end as what,
    date_bin(make_interval(secs => ?), at, ?::timestamptz) as moment,
    status,
    microseconds,
    requests
  from stabbur.requests
  where at >= ?::timestamptz
)
select what, moment, status, sum(requests)::bigint, sum(microseconds * requests) / sum(requests) / 1000, max(microseconds) / 1000.0
from chosen
where status >= ?
group by what, moment, status
order by sum(requests) desc, what, moment, status
limit ?
