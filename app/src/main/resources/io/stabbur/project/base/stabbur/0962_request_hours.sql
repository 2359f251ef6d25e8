-- How many requests each hour had, by how long they took, so that pages need not read every request; kept longer than those.
-- `step` is a step of the time: such a request took at most 2 ^ ((step + 1) / 4) microseconds.
create table stabbur.request_hours (
  hour timestamptz not null,
  step smallint not null,
  requests bigint not null,
  failed bigint not null,
  primary key (hour, step)
);
revoke all on stabbur.request_hours from public, anon, authenticated, service_role;

insert into stabbur.request_hours (hour, step, requests, failed)
select date_trunc('hour', at, 'UTC'), floor(4 * log(2, greatest(microseconds, 1))), count(*), count(*) filter (where status >= 500)
from stabbur.requests group by 1, 2;

create function stabbur.count_requests() returns trigger language plpgsql set search_path = '' as $$
begin
  insert into stabbur.request_hours as h (hour, step, requests, failed)
  select date_trunc('hour', at, 'UTC'), floor(4 * log(2, greatest(microseconds, 1))), count(*), count(*) filter (where status >= 500)
  from added group by 1, 2 order by 1, 2
  on conflict (hour, step) do update set requests = h.requests + excluded.requests, failed = h.failed + excluded.failed;
  return null;
end $$;
revoke execute on function stabbur.count_requests() from public, anon, authenticated, service_role;

create trigger count_requests after insert on stabbur.requests
  referencing new table as added for each statement execute function stabbur.count_requests();
