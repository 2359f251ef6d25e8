insert into stabbur.requests (at, request_id, route, method, status, microseconds, role, organization_id, requests)
select at::timestamptz, request_id, route, method, status::smallint, microseconds::bigint, role, nullif(organization_id, '')::uuid,
  requests::bigint
from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
  as line (at, request_id, route, method, status, microseconds, role, organization_id, requests)
