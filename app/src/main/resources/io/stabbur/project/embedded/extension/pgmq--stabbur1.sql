-- Message queues under the names of pgmq 1.5. A queue has a table pgmq.q_NAME and an archive pgmq.a_NAME; both belong to who
-- made the queue, and every function runs with its caller's rights. A message that was read is hidden until its vt.
-- This runs with more rights than whoever asks for the extension has: what that one put into a schema of this name beforehand
-- is called by nothing here.
select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

create table pgmq.meta (
  queue_name varchar unique not null,
  is_partitioned boolean not null,
  is_unlogged boolean not null,
  created_at timestamptz not null default now()
);
select pg_catalog.pg_extension_config_dump('pgmq.meta', '');

create type pgmq.message_record as (
  msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);
create type pgmq.queue_record as (queue_name varchar, is_partitioned boolean, is_unlogged boolean, created_at timestamptz);
create type pgmq.metrics_result as (
  queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer, total_messages bigint,
  scrape_time timestamptz, queue_visible_length bigint
);

create function pgmq.format_table_name(queue_name text, prefix text) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if queue_name ~ '\$|;|--|''' then
    raise exception 'queue name contains invalid characters: $, ;, --, or ''' using errcode = '22023';
  end if;
  return lower(prefix || '_' || queue_name);
end $$;

create function pgmq.validate_queue_name(queue_name text) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if length(queue_name) > 47 then
    raise exception 'queue name is too long, maximum length is 47 characters' using errcode = '22023';
  end if;
end $$;

create function pgmq.acquire_queue_lock(queue_name text) returns void
language sql set search_path = '' as $$ select pg_advisory_xact_lock(hashtext('pgmq.queue_' || queue_name)) $$;

create function pgmq._create(queue_name text, kind text) returns void
language plpgsql set search_path = '' as $$
declare
  queue text := pgmq.format_table_name(queue_name, 'q');
  archive text := pgmq.format_table_name(queue_name, 'a');
begin
  perform pgmq.validate_queue_name(queue_name);
  perform pgmq.acquire_queue_lock(queue_name);
  execute format($q$
    create %s table if not exists pgmq.%I (
      msg_id bigint primary key generated always as identity,
      read_ct integer not null default 0,
      enqueued_at timestamptz not null default now(),
      vt timestamptz not null,
      message jsonb,
      headers jsonb
    )$q$, kind, queue);
  execute format($q$
    create table if not exists pgmq.%I (
      msg_id bigint primary key,
      read_ct integer not null default 0,
      enqueued_at timestamptz not null default now(),
      archived_at timestamptz not null default now(),
      vt timestamptz not null,
      message jsonb,
      headers jsonb
    )$q$, archive);
  execute format('create index if not exists %I on pgmq.%I (vt)', queue || '_vt_idx', queue);
  execute format('create index if not exists %I on pgmq.%I (archived_at)', 'archived_at_idx_' || queue_name, archive);
  insert into pgmq.meta (queue_name, is_partitioned, is_unlogged) values (_create.queue_name, false, kind = 'unlogged')
  on conflict do nothing;
end $$;

create function pgmq.create_non_partitioned(queue_name text) returns void
language sql set search_path = '' as $$ select pgmq._create(queue_name, '') $$;

create function pgmq.create_unlogged(queue_name text) returns void
language sql set search_path = '' as $$ select pgmq._create(queue_name, 'unlogged') $$;

create function pgmq.create(queue_name text) returns void
language sql set search_path = '' as $$ select pgmq._create(queue_name, '') $$;

create function pgmq.create_partitioned(
  queue_name text, partition_interval text default '10000', retention_interval text default '100000'
) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception 'pg_partman is required for partitioned queues' using errcode = '0A000',
    hint = 'Make the queue with pgmq.create, and remove old messages of its archive by a job.';
end $$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamptz) returns setof bigint
language plpgsql set search_path = '' as $$
begin
  return query execute format('insert into pgmq.%I (vt, message, headers) values ($1, $2, $3) returning msg_id',
    pgmq.format_table_name(queue_name, 'q')) using delay, msg, headers;
end $$;

create function pgmq.send(queue_name text, msg jsonb) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send(queue_name, msg, null::jsonb, clock_timestamp()) $$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send(queue_name, msg, headers, clock_timestamp()) $$;

create function pgmq.send(queue_name text, msg jsonb, delay integer) returns setof bigint
language sql set search_path = '' as $$
  select pgmq.send(queue_name, msg, null::jsonb, clock_timestamp() + make_interval(secs => delay))
$$;

create function pgmq.send(queue_name text, msg jsonb, delay timestamptz) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send(queue_name, msg, null::jsonb, delay) $$;

create function pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer) returns setof bigint
language sql set search_path = '' as $$
  select pgmq.send(queue_name, msg, headers, clock_timestamp() + make_interval(secs => delay))
$$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamptz) returns setof bigint
language plpgsql set search_path = '' as $$
begin
  if cardinality(headers) <> cardinality(msgs) then
    raise exception 'there are % messages and % headers', cardinality(msgs), cardinality(headers) using errcode = '22023';
  end if;
  return query execute format(
    'insert into pgmq.%I (vt, message, headers) select $1, u.message, u.headers
     from unnest($2, $3) with ordinality as u (message, headers, place) order by u.place returning msg_id',
    pgmq.format_table_name(queue_name, 'q')) using delay, msgs, headers;
end $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[]) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send_batch(queue_name, msgs, null::jsonb[], clock_timestamp()) $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[]) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send_batch(queue_name, msgs, headers, clock_timestamp()) $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay integer) returns setof bigint
language sql set search_path = '' as $$
  select pgmq.send_batch(queue_name, msgs, null::jsonb[], clock_timestamp() + make_interval(secs => delay))
$$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], delay timestamptz) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send_batch(queue_name, msgs, null::jsonb[], delay) $$;

create function pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer) returns setof bigint
language sql set search_path = '' as $$
  select pgmq.send_batch(queue_name, msgs, headers, clock_timestamp() + make_interval(secs => delay))
$$;

-- conditional: only messages that contain it
create function pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb default '{}')
returns setof pgmq.message_record
language plpgsql set search_path = '' as $$
begin
  return query execute format($q$
    with next as (
      select msg_id from pgmq.%1$I
      where vt <= clock_timestamp() and ($3 = '{}' or message @> $3)
      order by msg_id limit $2 for update skip locked
    ), taken as (
      update pgmq.%1$I m set vt = clock_timestamp() + make_interval(secs => $1), read_ct = m.read_ct + 1
      from next where m.msg_id = next.msg_id
      returning m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers
    )
    select * from taken order by msg_id$q$, pgmq.format_table_name(queue_name, 'q')) using vt, qty, conditional;
end $$;

create function pgmq.read_with_poll(
  queue_name text, vt integer, qty integer, max_poll_seconds integer default 5, poll_interval_ms integer default 100,
  conditional jsonb default '{}'
) returns setof pgmq.message_record
language plpgsql set search_path = '' as $$
declare
  until timestamptz := clock_timestamp() + make_interval(secs => max_poll_seconds);
begin
  loop
    return query select * from pgmq.read(queue_name, vt, qty, conditional);
    exit when found or clock_timestamp() >= until;
    perform pg_sleep(poll_interval_ms / 1000.0);
  end loop;
end $$;

create function pgmq.pop(queue_name text, qty integer default 1) returns setof pgmq.message_record
language plpgsql set search_path = '' as $$
begin
  return query execute format($q$
    with next as (
      select msg_id from pgmq.%1$I where vt <= clock_timestamp() order by msg_id limit $1 for update skip locked
    ), taken as (
      delete from pgmq.%1$I m using next where m.msg_id = next.msg_id
      returning m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers
    )
    select * from taken order by msg_id$q$, pgmq.format_table_name(queue_name, 'q')) using qty;
end $$;

create function pgmq.set_vt(queue_name text, msg_id bigint, vt integer) returns setof pgmq.message_record
language plpgsql set search_path = '' as $$
begin
  return query execute format(
    'update pgmq.%I m set vt = clock_timestamp() + make_interval(secs => $2) where m.msg_id = $1
     returning m.msg_id, m.read_ct, m.enqueued_at, m.vt, m.message, m.headers',
    pgmq.format_table_name(queue_name, 'q')) using msg_id, vt;
end $$;

create function pgmq.delete(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = '' as $$
begin
  return query execute format('delete from pgmq.%I where msg_id = any ($1) returning msg_id',
    pgmq.format_table_name(queue_name, 'q')) using msg_ids;
end $$;

create function pgmq.delete(queue_name text, msg_id bigint) returns boolean
language sql set search_path = '' as $$ select exists (select from pgmq.delete(queue_name, array[msg_id])) $$;

create function pgmq.archive(queue_name text, msg_ids bigint[]) returns setof bigint
language plpgsql set search_path = '' as $$
begin
  return query execute format($q$
    with taken as (
      delete from pgmq.%I where msg_id = any ($1) returning msg_id, read_ct, enqueued_at, vt, message, headers
    )
    insert into pgmq.%I (msg_id, read_ct, enqueued_at, vt, message, headers)
    select msg_id, read_ct, enqueued_at, vt, message, headers from taken returning msg_id$q$,
    pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a')) using msg_ids;
end $$;

create function pgmq.archive(queue_name text, msg_id bigint) returns boolean
language sql set search_path = '' as $$ select exists (select from pgmq.archive(queue_name, array[msg_id])) $$;

create function pgmq.purge_queue(queue_name text) returns bigint
language plpgsql set search_path = '' as $$
declare
  queue text := pgmq.format_table_name(queue_name, 'q');
  messages bigint;
begin
  perform pgmq.acquire_queue_lock(queue_name);
  execute format('lock table pgmq.%I in access exclusive mode', queue);
  execute format('select count(*) from pgmq.%I', queue) into messages;
  execute format('truncate table pgmq.%I', queue);
  return messages;
end $$;

create function pgmq.drop_queue(queue_name text) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform pgmq.acquire_queue_lock(queue_name);
  if not exists (select from pgmq.meta m where m.queue_name = drop_queue.queue_name) then
    raise notice 'pgmq queue "%" does not exist', queue_name;
    return false;
  end if;
  execute format('drop table if exists pgmq.%I', pgmq.format_table_name(queue_name, 'q'));
  execute format('drop table if exists pgmq.%I', pgmq.format_table_name(queue_name, 'a'));
  delete from pgmq.meta m where m.queue_name = drop_queue.queue_name;
  return true;
end $$;

create function pgmq.drop_queue(queue_name text, partitioned boolean) returns boolean
language sql set search_path = '' as $$ select pgmq.drop_queue(queue_name) $$;

-- The archive is no part of the extension here.
create function pgmq.detach_archive(queue_name text) returns void
language sql set search_path = '' as $$ select $$;

create function pgmq.list_queues() returns setof pgmq.queue_record
language sql stable set search_path = '' as $$
  select queue_name, is_partitioned, is_unlogged, created_at from pgmq.meta
$$;

create function pgmq.metrics(queue_name text) returns pgmq.metrics_result
language plpgsql set search_path = '' as $$
declare
  queue text := pgmq.format_table_name(queue_name, 'q');
  told pgmq.metrics_result;
begin
  execute format($q$
    select $1, count(*), extract(epoch from now() - max(enqueued_at))::integer,
      extract(epoch from now() - min(enqueued_at))::integer,
      (select case when is_called then last_value else 0 end from pgmq.%I), now(),
      count(*) filter (where vt <= clock_timestamp())
    from pgmq.%I$q$, queue || '_msg_id_seq', queue) into told using queue_name;
  return told;
end $$;

create function pgmq.metrics_all() returns setof pgmq.metrics_result
language sql set search_path = '' as $$
  select told.* from pgmq.meta m, pgmq.metrics(m.queue_name::text) as told order by m.queue_name
$$;

-- For clients: the schema can be exposed by the data API. Whose queues a caller reaches is decided by the rights on their tables
-- and the policies there.
create schema pgmq_public;

create function pgmq_public.send(queue_name text, message jsonb, sleep_seconds integer default 0) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send(queue_name, message, sleep_seconds) $$;

create function pgmq_public.send_batch(queue_name text, messages jsonb[], sleep_seconds integer default 0) returns setof bigint
language sql set search_path = '' as $$ select pgmq.send_batch(queue_name, messages, sleep_seconds) $$;

create function pgmq_public.read(queue_name text, sleep_seconds integer, n integer) returns setof pgmq.message_record
language sql set search_path = '' as $$ select * from pgmq.read(queue_name, sleep_seconds, n) $$;

create function pgmq_public.pop(queue_name text) returns setof pgmq.message_record
language sql set search_path = '' as $$ select * from pgmq.pop(queue_name) $$;

create function pgmq_public.archive(queue_name text, message_id bigint) returns boolean
language sql set search_path = '' as $$ select pgmq.archive(queue_name, message_id) $$;

create function pgmq_public.delete(queue_name text, message_id bigint) returns boolean
language sql set search_path = '' as $$ select pgmq.delete(queue_name, message_id) $$;

do $$
declare
  caller name := coalesce((select rolname from pg_catalog.pg_roles where rolname = 'postgres'), session_user);
  routine regprocedure;
begin
  execute format('grant all on schema pgmq, pgmq_public to %I with grant option', caller);
  execute format('grant all on pgmq.meta to %I with grant option', caller);
  -- migrations that were written with a dashboard replace these
  execute format('alter schema pgmq_public owner to %I', caller);
  for routine in select oid from pg_catalog.pg_proc where pronamespace = 'pgmq_public'::regnamespace loop
    execute format('alter function %s owner to %I', routine, caller);
  end loop;
  revoke all on all functions in schema pgmq, pgmq_public from public;
  execute format('grant execute on all functions in schema pgmq, pgmq_public to %I with grant option', caller);
  if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
    grant usage on schema pgmq, pgmq_public to anon, authenticated, service_role;
    grant execute on all functions in schema pgmq_public to anon, authenticated, service_role;
    grant execute on all functions in schema pgmq to service_role;
    grant execute on function pgmq.format_table_name(text, text), pgmq.send(text, jsonb, integer),
      pgmq.send(text, jsonb, jsonb, timestamptz), pgmq.send_batch(text, jsonb[], integer),
      pgmq.send_batch(text, jsonb[], jsonb[], timestamptz), pgmq.read(text, integer, integer, jsonb), pgmq.pop(text, integer),
      pgmq.archive(text, bigint), pgmq.archive(text, bigint[]), pgmq.delete(text, bigint), pgmq.delete(text, bigint[])
      to anon, authenticated;
  end if;
end $$;
