-- The audit log: append-only, a partition per month, and hash chains: two per organisation and two for the platform.

-- Sign-ins and refused switches are a chain of their own, so that nobody who signs in waits for the organisation's writers.
create function private.audit_chain(organization uuid, action text) returns uuid
language sql immutable as $$
  select case when action in ('sign_in', 'switch_refused') then md5('access to ' || coalesce(organization::text, 'the platform'))::uuid
    else coalesce(organization, '00000000-0000-0000-0000-000000000000') end
$$;

create table public.audit_log (
  id bigint generated always as identity,
  organization_id uuid,
  actor_id uuid,
  actor_role text,
  action text not null,
  table_name text,
  row_id text,
  changed jsonb not null default '{}',
  occurred_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  chain uuid not null generated always as (private.audit_chain(organization_id, action)) stored,
  sequence bigint not null,
  hash bytea not null,
  primary key (id, occurred_at)
) partition by range (occurred_at);
create index on public.audit_log (chain, sequence);
create index on public.audit_log (chain, occurred_at);

-- The end of each chain, and where it begins after old months were dropped.
create table private.audit_heads (chain uuid primary key, sequence bigint not null, hash bytea not null) with (fillfactor = 50);
create table private.audit_origins (
  chain uuid primary key,
  sequence bigint not null,
  hash bytea not null,
  -- The last seal that was dropped with its month.
  seal_number bigint not null default 0,
  seal bytea not null default '',
  -- By the appliance, over all of this.
  signature bytea
);
-- Heads signed by the appliance from time to time: a chain rewritten as a whole does not match them. Seals of a chain are
-- numbered, and each signs the one before it too.
create table private.audit_seals (
  chain uuid not null,
  number bigint not null,
  sequence bigint not null,
  hash bytea not null,
  key_version text not null,
  seal bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (chain, number)
);
create index on private.audit_seals (chain, sequence);

-- Partitions live outside the API's schema: read through the parent, under its policies.
create table private.audit_log_rest partition of public.audit_log default;

create function private.ensure_audit_partitions(months_ahead integer) returns void
language plpgsql as $$
declare
  month date;
  name text;
begin
  for month in
    select generate_series(date_trunc('month', now() at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC') + months_ahead * interval '1 month', interval '1 month')::date
  loop
    name := 'audit_log_' || to_char(month, 'YYYY_MM');
    if to_regclass('private.' || name) is null and not exists (
        select from private.audit_log_rest r where r.occurred_at >= month::timestamp at time zone 'UTC' and r.occurred_at < (month + interval '1 month') at time zone 'UTC') then
      execute format('create table private.%I partition of public.audit_log for values from (%L) to (%L)', name,
        month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
      execute format('alter table private.%I enable row level security', name);
    end if;
  end loop;
end $$;
alter table private.audit_log_rest enable row level security;
select private.ensure_audit_partitions(24);

create function private.audit_digest(
  previous bytea, sequence bigint, organization uuid, actor uuid, role text, action text, relation text, row_id text, changed jsonb, at timestamptz)
returns bytea
language sql immutable as $$
  select sha256(previous || convert_to(jsonb_build_array(
    sequence, organization, actor, role, action, relation, row_id, changed, (extract(epoch from at) * 1000000)::bigint)::text, 'UTF8'))
$$;

create function private.write_audit(
  organization uuid, actor uuid, role text, action text, relation text, row_id text, changed jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  its_chain uuid := private.audit_chain(organization, action);
  head private.audit_heads;
  at timestamptz;
begin
  if its_chain = private.audit_chain(organization, '') then
    perform private.take_turn(organization);
  end if;
  select * into head from private.audit_heads h where h.chain = its_chain for update;
  if not found then
    insert into private.audit_heads values (its_chain, 0, '') on conflict do nothing;
    select * into head from private.audit_heads h where h.chain = its_chain for update;
  end if;
  at := clock_timestamp();
  head.sequence := head.sequence + 1;
  head.hash := private.audit_digest(head.hash, head.sequence, organization, actor, role, action, relation, row_id, changed, at);
  insert into public.audit_log (organization_id, actor_id, actor_role, action, table_name, row_id, changed, occurred_at, sequence, hash)
  values (organization, actor, role, action, relation, row_id, changed, at, head.sequence, head.hash);
  update private.audit_heads h set sequence = head.sequence, hash = head.hash where h.chain = its_chain;
end $$;

-- Who acts: the role of the token, else the database role.
create function private.actor_role() returns text
language plpgsql stable as $$
begin
  return coalesce(private.claims() ->> 'user_role', nullif(current_setting('role', true), 'none'), session_user::text);
end $$;

-- Arguments: the columns whose values are not written down. Ciphertext never is.
create function private.audit_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  subject jsonb := coalesce(after, before);
  masked text[] := tg_argv[0:];
  unwritten constant text[] := array['created_at', 'updated_at', 'email_hash', 'phone_hash'];
  changed jsonb;
  action text := lower(tg_op);
begin
  if current_setting('stabbur.maintenance', true) = 'on' and current_setting('role', true) not in ('anon', 'authenticated', 'service_role') then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(a.key, case
        when a.key = any (masked) or a.value #>> '{}' like 'pd1.%' or before ->> a.key like 'pd1.%' then '"***"'
        else jsonb_build_object('from', before -> a.key, 'to', a.value) end)
    into changed
    from jsonb_each(after) a where a.value is distinct from before -> a.key and a.key <> all (unwritten);
    if changed is null then
      return null;
    end if;
    if tg_table_name = 'memberships' and changed ? 'role' then
      action := 'role_changed';
    end if;
  else
    select jsonb_object_agg(a.key, case when a.key = any (masked) or a.value #>> '{}' like 'pd1.%' then '"***"' else a.value end)
    into changed
    from jsonb_each(subject) a where a.value <> 'null' and a.key <> all (unwritten);
  end if;
  perform private.write_audit(
    case when tg_table_name = 'organizations' then subject ->> 'id' else subject ->> 'organization_id' end::uuid,
    private.uid(), private.actor_role(), action, tg_table_name,
    coalesce(subject ->> 'id', subject ->> 'user_id', (subject ->> 'key') || ':' || (subject ->> 'locale')), changed);
  return null;
end $$;

do $$
declare
  relation text;
  masked text;
begin
  for relation, masked in values
    ('organizations', ''), ('org_labels', ''), ('local_associations', ''), ('memberships', ''), ('platform_admins', ''),
    ('profiles', '''display_name'', ''phone'''),
    ('contacts', '''full_name'', ''phone'', ''email'', ''notes'''),
    ('activities', '''title'', ''summary'', ''location'''),
    ('assignments', '''message'', ''epikrise_reference'''),
    ('availability', '''note'''),
    ('expense_claims', '''description'', ''decision_note'', ''receipt_path'''),
    ('certifications', '''name'', ''certificate_path''')
  loop
    execute format('create trigger z_audit after insert or update or delete on public.%I for each row execute function private.audit_change(%s)', relation, masked);
  end loop;
end $$;

-- A refused switch of the active organisation, written by the appliance as the caller. Repeats within a minute count once.
create function private.audit_refused_switch(organization uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  known uuid := (select o.id from public.organizations o where o.id = organization);
begin
  if exists (
      select from public.audit_log a
      where a.chain = private.audit_chain(known, 'switch_refused') and a.occurred_at > now() - interval '1 minute'
        and a.action = 'switch_refused' and a.actor_id = private.uid() and a.row_id = organization::text) then
    return;
  end if;
  perform private.write_audit(known, private.uid(), private.actor_role(), 'switch_refused', 'organizations', organization::text, '{}');
end $$;
grant execute on function private.audit_refused_switch(uuid) to authenticated;

-- The months that ended more than this many months ago.
create function private.old_audit_months(keep_months integer) returns setof text
language sql stable as $$
  select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.audit_log'::regclass and c.relname ~ '^audit_log_\d{4}_\d{2}$'
    and c.relname < 'audit_log_' || to_char(date_trunc('month', now() at time zone 'UTC') - keep_months * interval '1 month', 'YYYY_MM')
  order by 1
$$;

-- Drops them; the chains go on from where they were cut. The appliance signs where that is.
create function private.drop_audit_months(keep_months integer) returns integer
language plpgsql as $$
declare
  name text;
  dropped integer := 0;
begin
  for name in select * from private.old_audit_months(keep_months) loop
    execute format($sql$
      insert into private.audit_origins (chain, sequence, hash)
      select distinct on (chain) chain, sequence, hash from private.%I order by chain, sequence desc
      on conflict (chain) do update set sequence = excluded.sequence, hash = excluded.hash, signature = null
        where excluded.sequence > audit_origins.sequence
    $sql$, name);
    execute format('drop table private.%I', name);
    dropped := dropped + 1;
  end loop;
  with gone as (
    delete from private.audit_seals s using private.audit_origins o where o.chain = s.chain and s.sequence < o.sequence
    returning s.chain, s.number, s.seal)
  update private.audit_origins o set seal_number = g.number, seal = g.seal, signature = null
  from (select distinct on (chain) chain, number, seal from gone order by chain, number desc) g where g.chain = o.chain;
  return dropped;
end $$;

create function private.refuse_audit_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = '42501';
end $$;
create trigger append_only before update or delete on public.audit_log for each row execute function private.refuse_audit_change();
create trigger append_only_truncate before truncate on public.audit_log for each statement execute function private.refuse_audit_change();

-- Administrators read their organisation's entries, the platform all of them; personal values are masked in every entry.
create function private.audited_chains() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.has_role('global_admin') then
    return array(select h.chain from private.audit_heads h);
  elsif private.has_role('org_admin') and private.organization() is not null then
    return array[private.audit_chain(private.organization(), ''), private.audit_chain(private.organization(), 'sign_in')];
  end if;
  return '{}';
end $$;
grant execute on function private.audited_chains() to anon, authenticated, service_role;

alter table public.audit_log enable row level security, force row level security;
revoke all on public.audit_log from public, anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
create policy admins_read on public.audit_log for select to authenticated
  using (chain = any ((select private.audited_chains())::uuid[]));
