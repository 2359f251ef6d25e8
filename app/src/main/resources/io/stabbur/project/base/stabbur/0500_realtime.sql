-- What realtime asks the database: may a caller read a private topic, whose account has changed, and the order of stored messages.

-- Two messages on a private topic, placed by the server in a transaction that it rolls back, so that the policies can be asked
-- whether a caller would see them. Whoever could call this and commit could send messages in anybody's name: the login role of
-- the API alone may, and it never runs what a caller wrote.
create function stabbur.place_realtime_probes(topic text, broadcast uuid, presence uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into realtime.messages (id, topic, extension, private)
  values (broadcast, topic, 'broadcast', true), (presence, topic, 'presence', true);
end $$;
revoke execute on function stabbur.place_realtime_probes(text, uuid, uuid) from public;

-- As 0480_account_changes has it, and in the same way for the question above.
create or replace function stabbur.let_confirm(login name) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.let_confirm', 0));
  if has_function_privilege(login, 'stabbur.confirm_caller(uuid, uuid, boolean, boolean)', 'execute')
      and has_function_privilege(login, 'stabbur.place_realtime_probes(text, uuid, uuid)', 'execute') then
    return;
  end if;
  execute format('grant usage on schema stabbur to %I', login);
  execute format('grant select on stabbur.account_changes to %I', login);
  execute format('grant execute on function stabbur.confirm_caller(uuid, uuid, boolean, boolean) to %I', login);
  execute format('grant execute on function stabbur.place_realtime_probes(text, uuid, uuid) to %I', login);
end $$;

-- As 0480_account_changes has it; open channels of the accounts are told as well, each time: what need not be noted again has
-- happened again.
create or replace function stabbur.note_account_changes(accounts uuid[], changed timestamptz default clock_timestamp()) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into stabbur.account_changes (account, changed_at)
  select distinct given.account, changed from unnest(accounts) as given (account)
  where given.account is not null and not exists (
    select from stabbur.account_changes c where c.account = given.account and c.changed_at > changed - interval '30 minutes');
  delete from stabbur.account_changes old where old.ctid in (
    select c.ctid from stabbur.account_changes c
    where c.account = any (accounts) and not c.has_factor and c.changed_at < changed - interval '1 hour' for update skip locked);
  perform pg_notify('stabbur_account_changes', given.account::text)
  from (select distinct account from unnest(accounts) as given (account) where account is not null) as given;
end $$;

-- Messages of one transaction are replayed in the order they were sent in: now() would give all the same time. Nor may the time
-- depend on the session's time zone, for partitions are days of UTC. On a hosted project the table belongs to somebody else, or
-- is not there yet.
do $$
begin
  alter table realtime.messages alter column inserted_at set default (clock_timestamp() at time zone 'utc');
exception when insufficient_privilege or undefined_table or invalid_schema_name then
  raise notice 'realtime.messages keeps its default for inserted_at';
end $$;
