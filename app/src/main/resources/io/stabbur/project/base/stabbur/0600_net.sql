-- HTTP calls from the database, under the names of pg_net, and webhooks of tables. Runs as postgres, also on a hosted project:
-- where pg_net itself is there, or can be had, nothing is made. A call is a row of the queue, so it happens if its transaction
-- commits; the appliance makes it (functions.database).
do $make$
begin
  if exists (select from pg_extension where extname = 'pg_net' and extversion not like 'stabbur%')
    or exists (select from pg_available_extension_versions where name = 'pg_net' and version not like 'stabbur%')
    or to_regnamespace('net') is not null
  then
    return;
  end if;

  create schema net;

  -- attempts: how often it may be tried; lane: calls of one lane are made one after the other
  create table net.http_request_queue (
    id bigint generated always as identity primary key,
    method text not null check (method in ('GET', 'POST', 'DELETE')),
    url text not null check (length(url) <= 8192),
    headers jsonb not null,
    body bytea check (octet_length(body) <= 8 * 1024 * 1024),
    timeout_milliseconds integer not null check (timeout_milliseconds > 0),
    attempts smallint not null default 1,
    lane text,
    tries smallint not null default 0,
    due timestamptz not null default now(),
    leased_until timestamptz
  );
  create index http_request_queue_due on net.http_request_queue (due, id);
  create index http_request_queue_lane on net.http_request_queue (lane, id) where lane is not null;

  create table net._http_response (
    id bigint primary key,
    status_code integer,
    content_type text,
    headers jsonb,
    content text,
    timed_out boolean,
    error_msg text,
    created timestamptz not null default now()
  );
  create index _http_response_created on net._http_response (created);

  create function net._urlencode(value text) returns text
  language sql immutable strict set search_path = '' as $f$
    select coalesce(string_agg(
      case when c ~ '^[A-Za-z0-9_.~-]$' then c
        else upper(regexp_replace(encode(convert_to(c, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) end, '' order by n), '')
    from regexp_split_to_table(value, '') with ordinality as characters (c, n)
  $f$;

  create function net._address(url text, params jsonb) returns text
  language sql immutable set search_path = '' as $f$
    select url || coalesce(
      case when strpos(url, '?') > 0 then '&' else '?' end
        || string_agg(net._urlencode(key) || '=' || net._urlencode(value), '&' order by key), '')
    from jsonb_each_text(coalesce(params, '{}'))
  $f$;

  create function net._enqueue(
    method text, url text, params jsonb, headers jsonb, body bytea, timeout_milliseconds integer,
    attempts smallint default 1, lane text default null
  ) returns bigint
  language plpgsql set search_path = '' as $f$
  declare
    request bigint;
  begin
    if url is null or url !~* '^https?://' then
      raise exception 'the URL of an HTTP request begins with http:// or https://' using errcode = '22023';
    end if;
    insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds, attempts, lane)
    values (method, net._address(url, params), coalesce(headers, '{}'), body, timeout_milliseconds, attempts, lane)
    returning id into request;
    perform pg_notify('stabbur_http_requests', '');
    return request;
  end $f$;

  create function net.http_get(
    url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
  ) returns bigint
  language sql security definer set search_path = '' as $f$
    select net._enqueue('GET', url, params, headers, null, timeout_milliseconds)
  $f$;

  create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000
  ) returns bigint
  language sql security definer set search_path = '' as $f$
    select net._enqueue('POST', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  $f$;

  create function net.http_delete(
    url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000,
    body jsonb default null
  ) returns bigint
  language sql security definer set search_path = '' as $f$
    select net._enqueue('DELETE', url, params, headers, convert_to(body::text, 'UTF8'), timeout_milliseconds)
  $f$;

  revoke all on all tables in schema net from public, anon, authenticated, service_role;
  revoke all on all functions in schema net from public;
  grant usage on schema net to anon, authenticated, service_role, supabase_functions_admin;
  grant execute on function net.http_get, net.http_post, net.http_delete
    to anon, authenticated, service_role, supabase_functions_admin;
  grant select on net._http_response, net.http_request_queue to service_role;

  -- The next requests for one appliance; another gets them when the lease is over. for update makes a row one's own.
  create function stabbur.claim_http_requests(most integer) returns setof net.http_request_queue
  language sql set search_path = '' as $f$
    update net.http_request_queue taken set tries = taken.tries + 1,
      leased_until = clock_timestamp() + make_interval(secs => 15 + least(timeout_milliseconds, 120000) / 1000.0)
    where taken.id in (
      select waiting.id from net.http_request_queue waiting
      where waiting.due <= clock_timestamp() and (waiting.leased_until is null or waiting.leased_until < clock_timestamp())
        and (waiting.lane is null or not exists (
          select from net.http_request_queue earlier where earlier.lane = waiting.lane and earlier.id < waiting.id))
      order by waiting.due, waiting.id limit most for update skip locked)
    returning taken.*
  $f$;
  revoke all on function stabbur.claim_http_requests from public;

  if to_regnamespace('supabase_functions') is null then
    create schema supabase_functions;
    create table supabase_functions.hooks (
      id bigint generated always as identity primary key,
      hook_table_id integer not null,
      hook_name text not null,
      created_at timestamptz not null default now(),
      request_id bigint
    );
    create index hooks_created_at on supabase_functions.hooks (created_at);

    -- Arguments of the trigger: url, method, headers, params, timeout in milliseconds, and 'ordered' for deliveries that keep
    -- the order of the table's changes. A delivery that fails is tried five times.
    create function supabase_functions.http_request() returns trigger
    language plpgsql security definer set search_path = '' as $f$
    declare
      method text := upper(coalesce(tg_argv[1], 'POST'));
      body jsonb;
      request bigint;
    begin
      if method not in ('GET', 'POST') then
        raise exception 'a webhook is sent with GET or POST, not with %', method using errcode = '22023';
      end if;
      if method = 'POST' then
        body := jsonb_build_object(
          'type', tg_op, 'table', tg_table_name, 'schema', tg_table_schema,
          'record', case when tg_op <> 'DELETE' then to_jsonb(new) end,
          'old_record', case when tg_op <> 'INSERT' then to_jsonb(old) end);
      end if;
      request := net._enqueue(
        method, tg_argv[0], nullif(tg_argv[3], 'null')::jsonb,
        coalesce(nullif(tg_argv[2], 'null')::jsonb, '{"Content-Type": "application/json"}'),
        convert_to(body::text, 'UTF8'), coalesce(nullif(tg_argv[4], 'null')::integer, 5000), 5::smallint,
        case when tg_argv[5] = 'ordered' then tg_relid::text || '/' || tg_name end);
      insert into supabase_functions.hooks (hook_table_id, hook_name, request_id)
      values (tg_relid::integer, tg_name, request);
      return coalesce(new, old);
    end $f$;
    revoke all on supabase_functions.hooks from public, anon, authenticated;
    revoke all on function supabase_functions.http_request from public;
    grant usage on schema supabase_functions to anon, authenticated, service_role, supabase_functions_admin;
    grant execute on function supabase_functions.http_request
      to anon, authenticated, service_role, supabase_functions_admin;
    grant select on supabase_functions.hooks to service_role;
  end if;
end $make$;
