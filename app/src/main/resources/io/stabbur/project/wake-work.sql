-- Jobs and calls that came with a dump run from now on; times of jobs that passed meanwhile are not made up for.
do $$
begin
  if to_regclass('stabbur.cron_runs') is not null then
    insert into stabbur.cron_runs (jobid) select jobid from cron.job on conflict do nothing;
    update stabbur.cron_runs set identity = stabbur.identity(), planned = greatest(planned, now())
    where identity is distinct from stabbur.identity();
  end if;
  -- only jobs of the project's owner are shown to it; others may be made active by whose they are
  if to_regclass('stabbur.cron_asleep') is not null then
    update cron.job set active = true where jobid in (select jobid from stabbur.cron_asleep);
    drop table stabbur.cron_asleep;
  end if;
  if to_regprocedure('stabbur.own_http_request()') is not null then
    update net.http_request_queue set identity = stabbur.identity() where identity is distinct from stabbur.identity();
  end if;
end $$
