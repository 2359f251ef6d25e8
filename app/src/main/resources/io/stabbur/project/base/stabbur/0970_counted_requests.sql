-- Successful requests beyond a number in each batch are counted together: a line then stands for so many of one kind in one
-- minute that took about as long (the same step of 0962_request_hours), `microseconds` is their mean, and they have no id.
alter table stabbur.requests add column requests bigint not null default 1 check (requests > 0);

create or replace function stabbur.count_requests() returns trigger language plpgsql set search_path = '' as $$
begin
  insert into stabbur.request_hours as h (hour, step, requests, failed)
  select date_trunc('hour', at, 'UTC'), floor(4 * log(2, greatest(microseconds, 1))), sum(requests),
    coalesce(sum(requests) filter (where status >= 500), 0)
  from added group by 1, 2 order by 1, 2
  on conflict (hour, step) do update set requests = h.requests + excluded.requests, failed = h.failed + excluded.failed;
  return null;
end $$;
