-- A job is taken up once its objects are counted and its id is told; it ends with the rights of the one who asked for
-- it, and when nothing comes of it any more.
alter table stabbur_storage.jobs
  drop constraint jobs_state_check,
  add constraint jobs_state_check check (state in ('counting', 'running', 'done', 'cancelled', 'failed')),
  add column attempts integer not null default 0;
create index jobs_owner on stabbur_storage.jobs (owner_id) where state in ('counting', 'running');

-- The claims of whoever asked are kept as long as the job runs.
update stabbur_storage.jobs set claims = '{}' where state <> 'running';
