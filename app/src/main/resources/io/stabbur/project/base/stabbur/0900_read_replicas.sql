-- As 0500_realtime has it; a mark is left in the session as well, so that the process that commits knows at once that no read
-- replica may answer before it has this change (io.stabbur.platform.db.CommitPosition). A transaction that is rolled back takes
-- it back.
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
  perform set_config('stabbur.rights_changed', 'true', false);
end $$;
