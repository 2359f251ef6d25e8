-- The audit log, for schemas that have none of their own: append-only, with hash chains, two for each organization and two for
-- the platform. Personal values are for the schema to leave out. Nobody but the database's owner writes or reads it; a schema
-- lets its administrators read it through a function or view of its own.

create table stabbur_organization.audit_entries (
  id bigint generated always as identity primary key,
  organization_id uuid,
  actor_id uuid,
  actor_role text,
  action text not null,
  table_name text,
  row_id text,
  changed jsonb not null default '{}',
  occurred_at timestamptz not null default clock_timestamp(),
  chain uuid not null,
  sequence bigint not null,
  hash bytea not null
);
create index on stabbur_organization.audit_entries (chain, sequence);
create index on stabbur_organization.audit_entries (occurred_at);

-- The end of each chain, where it begins after old months were dropped, and signatures over the ends (see the docs).
create table stabbur_organization.audit_heads (chain uuid primary key, sequence bigint not null, hash bytea not null) with (fillfactor = 50);
create table stabbur_organization.audit_origins (
  chain uuid primary key,
  sequence bigint not null,
  hash bytea not null,
  seal_number bigint not null default 0,
  seal bytea not null default '',
  signature bytea
);
create table stabbur_organization.audit_seals (
  chain uuid not null,
  number bigint not null,
  sequence bigint not null,
  hash bytea not null,
  key_version text not null,
  seal bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (chain, number)
);
create index on stabbur_organization.audit_seals (chain, sequence);
do $$
declare
  relation text;
begin
  foreach relation in array array['audit_entries', 'audit_heads', 'audit_origins', 'audit_seals'] loop
    execute format('alter table stabbur_organization.%I enable row level security', relation);
    execute format('revoke all on stabbur_organization.%I from public, anon, authenticated, service_role', relation);
  end loop;
end $$;

-- Sign-ins and refused switches are a chain of their own, so that nobody who signs in waits for the organization's writers.
create function stabbur_organization.audit_chain(organization uuid, action text) returns uuid
language sql immutable as $$
  select case when action in ('sign_in', 'switch_refused') then md5('access to ' || coalesce(organization::text, 'the platform'))::uuid
    else coalesce(organization, '00000000-0000-0000-0000-000000000000') end
$$;

create function stabbur_organization.audit_digest(
  previous bytea, sequence bigint, organization uuid, actor uuid, role text, action text, relation text, row_id text, changed jsonb, at timestamptz)
returns bytea
language sql immutable as $$
  select sha256(previous || convert_to(jsonb_build_array(
    sequence, organization, actor, role, action, relation, row_id, changed, (extract(epoch from at) * 1000000)::bigint)::text, 'UTF8'))
$$;

-- Writes one entry. The end of its chain is locked until the transaction commits, so entries stand in the order of commits.
create function stabbur_organization.write_audit(
  organization uuid, actor uuid, role text, action text, relation text, row_id text, changed jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  its_chain uuid := stabbur_organization.audit_chain(organization, action);
  head stabbur_organization.audit_heads;
  at timestamptz;
begin
  select * into head from stabbur_organization.audit_heads h where h.chain = its_chain for update;
  if not found then
    insert into stabbur_organization.audit_heads values (its_chain, 0, '') on conflict do nothing;
    select * into head from stabbur_organization.audit_heads h where h.chain = its_chain for update;
  end if;
  at := clock_timestamp();
  head.sequence := head.sequence + 1;
  head.hash := stabbur_organization.audit_digest(head.hash, head.sequence, organization, actor, role, action, relation, row_id, changed, at);
  insert into stabbur_organization.audit_entries (organization_id, actor_id, actor_role, action, table_name, row_id, changed, occurred_at, chain, sequence, hash)
  values (organization, actor, role, action, relation, row_id, changed, at, its_chain, head.sequence, head.hash);
  update stabbur_organization.audit_heads h set sequence = head.sequence, hash = head.hash where h.chain = its_chain;
end $$;

-- Who acts: the role of the token, else the database role.
create function stabbur_organization.actor_role() returns text
language plpgsql stable as $$
begin
  return coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'user_role',
    nullif(current_setting('role', true), 'none'), session_user::text);
end $$;
create function stabbur_organization.actor_id() returns uuid
language plpgsql stable as $$
declare
  person text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
begin
  return case when length(person) = 36 then person end;
end $$;

-- A trigger function that writes down each change of a row. Arguments: the column with the organization's id; then the columns
-- whose values are not written down. Encrypted values never are.
create function stabbur_organization.audit_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  subject jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  changed jsonb;
begin
  if current_setting('stabbur.maintenance', true) = 'on' and current_setting('role', true) not in ('anon', 'authenticated', 'service_role') then
    return null;
  end if;
  select jsonb_object_agg(a.key, case
      when a.key = any (tg_argv[1:]) or a.value #>> '{}' like 'pd1.%' or before ->> a.key like 'pd1.%' then '"***"'
      when tg_op = 'UPDATE' then jsonb_build_object('from', before -> a.key, 'to', after -> a.key)
      else a.value end)
  into changed
  from jsonb_each(subject) a
  where after -> a.key is distinct from before -> a.key and (tg_op = 'UPDATE' or a.value <> 'null');
  if changed is not null then
    perform stabbur_organization.write_audit((subject ->> tg_argv[0])::uuid, stabbur_organization.actor_id(),
      stabbur_organization.actor_role(), lower(tg_op), tg_table_name, subject ->> 'id', changed);
  end if;
  return null;
end $$;

-- A refused switch of the active organization, written as the caller. Repeats within a minute count once.
create function stabbur_organization.audit_refused_switch(organization uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
      select from stabbur_organization.audit_entries a
      where a.chain = stabbur_organization.audit_chain(null, 'switch_refused') and a.occurred_at > now() - interval '1 minute'
        and a.action = 'switch_refused' and a.actor_id = stabbur_organization.actor_id() and a.row_id = organization::text) then
    perform stabbur_organization.write_audit(null, stabbur_organization.actor_id(), stabbur_organization.actor_role(),
      'switch_refused', null, organization::text, '{}');
  end if;
end $$;

-- That a person was exported or erased.
create function stabbur_organization.audit_person(person uuid, action text) returns void
language sql as $$
  select stabbur_organization.write_audit(null, stabbur_organization.actor_id(), stabbur_organization.actor_role(), action, null, person::text, '{}')
$$;

-- Months of the log: nothing to prepare, and old ones are deleted.
create function stabbur_organization.ensure_audit_partitions(months_ahead integer) returns void
language sql as $$ select $$;
create function stabbur_organization.old_audit_months(keep_months integer) returns setof text
language sql stable as $$
  select distinct to_char(a.occurred_at at time zone 'UTC', 'YYYY_MM') from stabbur_organization.audit_entries a
  where a.occurred_at < (date_trunc('month', now() at time zone 'UTC') - keep_months * interval '1 month') at time zone 'UTC' order by 1
$$;
create function stabbur_organization.drop_audit_months(keep_months integer) returns integer
language plpgsql as $$
declare
  first_kept timestamptz := (date_trunc('month', now() at time zone 'UTC') - keep_months * interval '1 month') at time zone 'UTC';
  dropped integer := (select count(*) from stabbur_organization.old_audit_months(keep_months));
begin
  insert into stabbur_organization.audit_origins (chain, sequence, hash)
  select distinct on (chain) chain, sequence, hash from stabbur_organization.audit_entries where occurred_at < first_kept
  order by chain, sequence desc
  on conflict (chain) do update set sequence = excluded.sequence, hash = excluded.hash, signature = null
    where excluded.sequence > audit_origins.sequence;
  delete from stabbur_organization.audit_entries where occurred_at < first_kept;
  with gone as (
    delete from stabbur_organization.audit_seals s using stabbur_organization.audit_origins o where o.chain = s.chain and s.sequence < o.sequence
    returning s.chain, s.number, s.seal)
  update stabbur_organization.audit_origins o set seal_number = g.number, seal = g.seal, signature = null
  from (select distinct on (chain) chain, number, seal from gone order by chain, number desc) g where g.chain = o.chain;
  return dropped;
end $$;

-- Numbers that are counted by the clock are the schema's own.
create function stabbur_organization.refresh_statistics() returns void
language sql as $$ select $$;

revoke execute on function
  stabbur_organization.audit_chain(uuid, text), stabbur_organization.audit_digest(bytea, bigint, uuid, uuid, text, text, text, text, jsonb, timestamptz),
  stabbur_organization.write_audit(uuid, uuid, text, text, text, text, jsonb), stabbur_organization.actor_role(), stabbur_organization.actor_id(),
  stabbur_organization.audit_change(), stabbur_organization.audit_refused_switch(uuid), stabbur_organization.audit_person(uuid, text),
  stabbur_organization.ensure_audit_partitions(integer), stabbur_organization.old_audit_months(integer),
  stabbur_organization.drop_audit_months(integer), stabbur_organization.refresh_statistics() from public;
grant execute on function stabbur_organization.audit_refused_switch(uuid) to authenticated;
