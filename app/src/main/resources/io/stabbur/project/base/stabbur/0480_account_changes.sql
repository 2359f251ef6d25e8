-- Whether what an access token says still holds, asked before the statements of a request, in their exchange.
--
-- An access token is good for an hour. What ends it sooner (a ban, a deletion, a sign-out, a membership that changes) is
-- noted here by triggers, so that a request needs one index lookup: nothing noted since the token was made, nothing to ask.

-- Accounts whose tokens are to be looked at closely: those made before `changed_at`, and those without a second factor where
-- the account has one. Notes only ever lead to a closer look, so a note too many does no harm.
-- Small pages, so that Postgres takes the index while the table has few rows.
create table stabbur.account_changes (
  account uuid not null,
  changed_at timestamptz not null,
  has_factor boolean not null default false
) with (fillfactor = 20);
create index account_changes_account on stabbur.account_changes (account);
revoke all on stabbur.account_changes from public;

-- Notes a change of accounts at this moment, or of tokens made until a later one. A request takes a token for older than a
-- change if it was made up to an hour after it (see TokenCheck): that is time for clocks that differ and for transactions
-- that take long, and what was noted within half an hour need not be noted again.
create function stabbur.note_account_changes(accounts uuid[], changed timestamptz default clock_timestamp()) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into stabbur.account_changes (account, changed_at)
  select distinct given.account, changed from unnest(accounts) as given (account)
  where given.account is not null and not exists (
    select from stabbur.account_changes c where c.account = given.account and c.changed_at > changed - interval '30 minutes');
  delete from stabbur.account_changes old where old.ctid in (
    select c.ctid from stabbur.account_changes c
    where c.account = any (accounts) and not c.has_factor and c.changed_at < changed - interval '1 hour' for update skip locked);
end $$;

create function stabbur.note_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform stabbur.note_account_changes(array[old.id]);
  return null;
end $$;

create function stabbur.note_ended_sessions() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform stabbur.note_account_changes(array(select distinct user_id from ended));
  return null;
end $$;

-- A session with an end of its own is looked at with every request until then.
create function stabbur.note_ending_session() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform stabbur.note_account_changes(array[new.user_id], greatest(clock_timestamp(), new.not_after));
  return null;
end $$;

create function stabbur.note_factor() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into stabbur.account_changes (account, changed_at, has_factor)
  select new.user_id, '-infinity', true
  where not exists (select from stabbur.account_changes c where c.account = new.user_id and c.has_factor);
  return null;
end $$;

-- A hosted project may not let its owner add triggers here. Without them every request asks (stabbur.accounts_are_noted()).
do $$
begin
  create trigger stabbur_note_change after update on auth.users for each row
    when (old.banned_until is distinct from new.banned_until or old.deleted_at is distinct from new.deleted_at)
    execute function stabbur.note_user();
  create trigger stabbur_note_deletion after delete on auth.users for each row execute function stabbur.note_user();
  create trigger stabbur_note_end after delete on auth.sessions referencing old table as ended
    for each statement execute function stabbur.note_ended_sessions();
  create trigger stabbur_note_limit after insert on auth.sessions for each row
    when (new.not_after is not null) execute function stabbur.note_ending_session();
  create trigger stabbur_note_new_limit after update on auth.sessions for each row
    when (old.not_after is distinct from new.not_after) execute function stabbur.note_ending_session();
  create trigger stabbur_note_factor after insert or update on auth.mfa_factors for each row
    when (new.status = 'verified') execute function stabbur.note_factor();
exception when insufficient_privilege then
  raise notice 'changes of accounts cannot be noted here; every request asks for them';
end $$;

create function stabbur.accounts_are_noted() returns boolean
language sql stable set search_path = '' as $$
  select count(*) = 6 from pg_catalog.pg_trigger t
  where t.tgrelid in ('auth.users'::regclass, 'auth.sessions'::regclass, 'auth.mfa_factors'::regclass)
    and t.tgname like 'stabbur\_note\_%' and t.tgenabled in ('O', 'A')
$$;

-- What was so before there were notes.
select stabbur.note_account_changes(array(
  select u.id from auth.users u where u.banned_until > now() or u.deleted_at is not null));
select stabbur.note_account_changes(array[s.user_id], s.not_after) from auth.sessions s where s.not_after > now();
insert into stabbur.account_changes (account, changed_at, has_factor)
select distinct f.user_id, '-infinity'::timestamptz, true from auth.mfa_factors f where f.status = 'verified';

-- Refuses a request whose token no longer holds: SB401 for the account or the session, SB403 for the second factor and for
-- an organisation that was named. Where the schema has a function private.renew_claims(boolean), it reads the memberships in
-- the claims anew, except of an account that another issuer keeps: nothing is known of it here, and what the operator takes
-- over from that issuer's tokens counts.
--   session       the session of this project that the token belongs to; null where it names none, or another issuer made it
--   named         whether the request named its organisation
--   needs_factor  whether an account with a verified factor is refused
create function stabbur.confirm_caller(person uuid, session uuid, named boolean, needs_factor boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  account record;
  is_here boolean;
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  select u.banned_until, u.deleted_at into account from auth.users u where u.id = person;
  is_here := found;
  if account.deleted_at is not null
      or (not is_here and (session is not null or exists (select from stabbur.account_changes c where c.account = person))) then
    raise exception 'user_not_found' using errcode = 'SB401', detail = 'User from sub claim in JWT does not exist';
  elsif account.banned_until > now() then
    raise exception 'user_banned' using errcode = 'SB401', detail = 'User is banned';
  elsif session is not null and not exists (
      select from auth.sessions s
      where s.id = session and s.user_id = person and (s.not_after is null or s.not_after > now())) then
    raise exception 'session_not_found' using errcode = 'SB401', detail = 'Session from session_id claim in JWT does not exist';
  elsif needs_factor and exists (select from auth.mfa_factors f where f.user_id = person and f.status = 'verified') then
    raise exception 'insufficient_aal' using errcode = 'SB403', detail = 'AAL2 session is required: this account has a verified factor';
  end if;
  if not claims ? 'organizations' then
    return;
  elsif (is_here or claims ? 'application_token') and to_regprocedure('private.renew_claims(boolean)') is not null then
    perform private.renew_claims(named);
  elsif named and not claims -> 'organizations' @> jsonb_build_array(jsonb_build_object('id', claims -> 'organization_id')) then
    raise exception 'not_a_member' using errcode = 'SB403';
  end if;
end $$;
revoke execute on function
  stabbur.note_account_changes(uuid[], timestamptz), stabbur.note_user(), stabbur.note_ended_sessions(), stabbur.note_ending_session(),
  stabbur.note_factor(), stabbur.accounts_are_noted(), stabbur.confirm_caller(uuid, uuid, boolean, boolean) from public;

-- The role that requests log in as asks the question. It is the only right that role has of its own. Replicas that start at
-- the same time take turns, and the second finds it done.
create function stabbur.let_confirm(login name) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.let_confirm', 0));
  if has_function_privilege(login, 'stabbur.confirm_caller(uuid, uuid, boolean, boolean)', 'execute') then
    return;
  end if;
  execute format('grant usage on schema stabbur to %I', login);
  execute format('grant select on stabbur.account_changes to %I', login);
  execute format('grant execute on function stabbur.confirm_caller(uuid, uuid, boolean, boolean) to %I', login);
end $$;
revoke execute on function stabbur.let_confirm(name) from public;
