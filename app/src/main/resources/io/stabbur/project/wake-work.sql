-- Jobs and calls that came with a dump run from now on; times of jobs that passed meanwhile are not made up for.
do $$
begin
  if to_regclass('stabbur.cron_runs') is not null then
    insert into stabbur.cron_runs (jobid) select jobid from cron.job on conflict do nothing;
    update stabbur.cron_runs set identity = stabbur.identity(), planned = greatest(planned, now())
    where identity is distinct from stabbur.identity();
  end if;
  if to_regprocedure('stabbur.own_http_request()') is not null then
    update net.http_request_queue set identity = stabbur.identity() where identity is distinct from stabbur.identity();
  end if;
end $$
