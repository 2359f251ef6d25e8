-- Jobs of an installed pg_cron that ran in the database that this one is a copy of.
select count(*) from stabbur.cron_asleep a join cron.job j on j.jobid = a.jobid where not j.active
