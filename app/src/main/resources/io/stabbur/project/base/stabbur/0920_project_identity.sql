-- Which project a database is: an id that is given to one place and one set of keys. A dump carries it along, and with it keys,
-- tokens, jobs and calls that are the source's; where the copy is opened it gets an id of its own (ProjectIdentity), and
-- whatever has another id sleeps until an operator confirms it. Runs as postgres, also on a hosted project.
create table stabbur.project_identity (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid(),
  -- a digest of the place and the keys that the id was given for; null until a server has opened the database
  bound_to text
);
revoke all on stabbur.project_identity from public;
insert into stabbur.project_identity default values on conflict do nothing;

create function stabbur.identity() returns uuid
language sql stable security definer set search_path = '' as $$ select id from stabbur.project_identity $$;
revoke execute on function stabbur.identity() from public;
grant execute on function stabbur.identity() to supabase_auth_admin;

-- No default: rows of an older dump have none, and sleep.
alter table stabbur.api_keys add column identity uuid;
alter table stabbur.application_tokens add column identity uuid;
alter table stabbur.access_tokens add column identity uuid;

create or replace function stabbur.application_token_counts(token uuid, organization uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from stabbur.application_tokens t
    where t.id = token and t.organization_id = organization and t.revoked_at is null and t.expires_at > now()
      and t.identity = stabbur.identity())
$$;

-- Jobs by the clock and HTTP calls, where they are ours. What is planned or queued here has this project's id.
do $make$
begin
  if to_regprocedure('stabbur.claim_cron_jobs(interval)') is not null then
    alter table stabbur.cron_runs add column if not exists identity uuid;

    create or replace function stabbur.cron_plan() returns trigger
    language plpgsql set search_path = '' as $f$
    begin
      insert into stabbur.cron_runs (jobid, identity) values (new.jobid, stabbur.identity())
      on conflict (jobid) do update set planned = greatest(cron_runs.planned, now()), identity = excluded.identity;
      return null;
    end $f$;

    create or replace function stabbur.claim_cron_jobs(catch_up interval)
    returns table (runid bigint, jobid bigint, username text, command text)
    language plpgsql set search_path = '' as $f$
    declare
      due record;
      at timestamptz;
    begin
      for due in
        select r.jobid, r.planned, j.schedule, j.command, j.username, j.database
        from stabbur.cron_runs r join cron.job j on j.jobid = r.jobid
        where j.active and r.identity = stabbur.identity() order by r.jobid for update of r skip locked
      loop
        at := stabbur.cron_planned(
          due.schedule, greatest(due.planned, clock_timestamp() - catch_up), clock_timestamp());
        continue when at is null;
        continue when not pg_try_advisory_xact_lock(hashtextextended('stabbur.cron.' || due.jobid, 0));
        update stabbur.cron_runs r set planned = at where r.jobid = due.jobid;
        update cron.job_run_details d set status = 'failed', return_message = 'server restarted', end_time = clock_timestamp()
        where d.jobid = due.jobid and d.end_time is null and d.start_time < clock_timestamp() - interval '1 minute';
        insert into cron.job_run_details as d (jobid, database, username, command, status, start_time)
        values (due.jobid, due.database, due.username, due.command, 'starting', clock_timestamp())
        returning d.runid into runid;
        jobid := due.jobid;
        username := due.username;
        command := due.command;
        return next;
      end loop;
    end $f$;
  end if;

  if to_regprocedure('stabbur.claim_http_requests(integer)') is not null then
    alter table net.http_request_queue add column if not exists identity uuid;

    create or replace function stabbur.own_http_request() returns trigger
    language plpgsql security definer set search_path = '' as $f$
    begin
      new.identity := coalesce(new.identity, stabbur.identity());
      return new;
    end $f$;
    revoke execute on function stabbur.own_http_request() from public;
    create or replace trigger own_http_request before insert on net.http_request_queue
      for each row execute function stabbur.own_http_request();

    create or replace function stabbur.claim_http_requests(most integer) returns setof net.http_request_queue
    language sql set search_path = '' as $f$
      update net.http_request_queue taken set tries = taken.tries + 1,
        leased_until = clock_timestamp() + make_interval(secs => 15 + least(timeout_milliseconds, 120000) / 1000.0)
      where taken.id in (
        select waiting.id from net.http_request_queue waiting
        where waiting.due <= clock_timestamp() and (waiting.leased_until is null or waiting.leased_until < clock_timestamp())
          and waiting.identity = (select stabbur.identity())
          and (waiting.lane is null or not exists (
            select from net.http_request_queue earlier
            where earlier.lane = waiting.lane and earlier.id < waiting.id and earlier.identity = waiting.identity))
        order by waiting.due, waiting.id limit most for update skip locked)
      returning taken.*
    $f$;
  end if;
end $make$;
