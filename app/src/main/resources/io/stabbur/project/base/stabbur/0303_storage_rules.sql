-- What a bucket asks beyond Supabase's own columns. No row: nothing.
create table stabbur_storage.bucket_rules (
  bucket_id text primary key,
  check_types boolean not null default false,
  delete_after_days integer check (delete_after_days between 1 and 36500),
  legal_hold boolean not null default false,
  updated_at timestamptz not null default now()
);

-- What was done by these rules, and to them. Rows are only added.
create table stabbur_storage.retention_log (
  id bigint generated always as identity primary key,
  occurred_at timestamptz not null default now(),
  action text not null check (action in ('rules_changed', 'deleted')),
  bucket_id text not null,
  name text,
  version text,
  owner_id text,
  stored_at timestamptz,
  rules jsonb not null
);
create index retention_log_bucket on stabbur_storage.retention_log (bucket_id, id);

-- The class of its error is one that try_upload and try_move, which catch all of ST, let pass.
-- A legal hold stops everybody, the service role and plain SQL too: nothing of the bucket is removed, replaced
-- or moved until the hold ends.
create function stabbur_storage.refuse_while_held() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if (tg_op = 'DELETE' or (old.bucket_id, old.name, old.version) is distinct from (new.bucket_id, new.name, new.version))
    and exists (select from stabbur_storage.bucket_rules r where r.bucket_id = old.bucket_id and r.legal_hold)
  then
    raise exception using errcode = 'SH423', message = 'the bucket is under a legal hold';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger refuse_while_held before update or delete on storage.objects
  for each row execute function stabbur_storage.refuse_while_held();

-- When an object's bytes were written.
create function stabbur_storage.stored_at(metadata jsonb, created_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((metadata ->> 'lastModified')::timestamptz, created_at);
exception when others then
  return created_at;
end $$;

-- Removes some of the objects whose time is up, and says so in the log; answers how many.
create function stabbur_storage.delete_expired(most integer) returns bigint
language sql security invoker set search_path = '' as $$
  with due as (
    select o.id, r.delete_after_days
      from storage.objects o join stabbur_storage.bucket_rules r on r.bucket_id = o.bucket_id
     where not r.legal_hold and r.delete_after_days is not null
       and stabbur_storage.stored_at(o.metadata, o.created_at) < now() - make_interval(days => r.delete_after_days)
     limit most for update of o skip locked),
  gone as (
    delete from storage.objects o using due where o.id = due.id returning o.*, due.delete_after_days),
  noted as (
    insert into stabbur_storage.retention_log (action, bucket_id, name, version, owner_id, stored_at, rules)
    select 'deleted', bucket_id, name, version, owner_id, stabbur_storage.stored_at(metadata, created_at),
      jsonb_build_object('delete_after_days', delete_after_days)
    from gone returning 1)
  select count(*) from noted
$$;

-- Work on all objects below a prefix. It is done as the caller who asked for it, so their claims are kept with it,
-- without the token.
create table stabbur_storage.jobs (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('delete', 'move')),
  bucket_id text not null,
  prefix text not null,
  to_bucket text,
  to_prefix text,
  role text not null,
  claims jsonb not null,
  membership text not null,
  owner_id text,
  state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
  total bigint not null,
  done bigint not null default 0,
  refused bigint not null default 0,
  reached text not null default '',
  last_refusal text,
  lease text,
  leased_until timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index jobs_running on stabbur_storage.jobs (leased_until) where state = 'running';

revoke execute on all functions in schema stabbur_storage from public;
grant execute on function stabbur_storage.delete_expired(integer), stabbur_storage.stored_at(jsonb, timestamptz)
  to supabase_storage_admin, service_role;
grant select, insert, update, delete on stabbur_storage.bucket_rules, stabbur_storage.jobs
  to supabase_storage_admin, service_role;
grant select, insert on stabbur_storage.retention_log to supabase_storage_admin, service_role;
