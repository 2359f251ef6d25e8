-- pg_cron itself, where the engine brings it and has loaded it: its jobs belong to who makes them, and only theirs are shown.
do $$
begin
  if to_regnamespace('cron') is null
    and exists (select from pg_available_extension_versions where name = 'pg_cron' and version not like 'stabbur%')
    and ',' || replace(current_setting('shared_preload_libraries'), ' ', '') || ',' like '%,pg_cron,%'
  then
    create extension pg_cron;
  end if;
  if exists (select from pg_extension where extname = 'pg_cron' and extversion not like 'stabbur%') then
    grant usage on schema cron to postgres with grant option;
    grant execute on all functions in schema cron to postgres with grant option;
    grant select, update, delete on cron.job to postgres;
    grant select, delete on cron.job_run_details to postgres;
  end if;
end $$
