-- Jobs by the clock with the id of another database, or none.
select count(*) from cron.job j
where j.active and not exists (select from stabbur.cron_runs r where r.jobid = j.jobid and r.identity = stabbur.identity())
