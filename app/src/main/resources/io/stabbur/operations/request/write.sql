insert into stabbur.requests (at, request_id, route, method, status, microseconds, role, organization_id)
select at::timestamptz, request_id, route, method, status::smallint, microseconds::bigint, role, nullif(organization_id, '')::uuid
from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
  as line (at, request_id, route, method, status, microseconds, role, organization_id)
