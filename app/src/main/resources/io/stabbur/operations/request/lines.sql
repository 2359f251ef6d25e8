select at, request_id, route, method, status, microseconds / 1000.0, role, organization_id
from stabbur.requests
where at >= ?::timestamptz and status >= ? and requests = 1
order by at desc, id desc
limit ?
