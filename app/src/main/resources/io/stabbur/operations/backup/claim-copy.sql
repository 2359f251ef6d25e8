do $$
declare
  opening text;
begin
  -- another id is given at the start: keys, tokens, Stabbur's own jobs and calls that came along sleep
  if to_regclass('stabbur.project_identity') is not null then
    update stabbur.project_identity set bound_to = 'a copy of another project';
  end if;
  if to_regclass('stabbur.project_reference') is not null then
    update stabbur.project_reference set reference = (
      select string_agg(chr(97 + floor(random() * 26)::integer), '') from generate_series(1, 20));
  end if;
  -- whoever is signed in there, or is about to be, is not signed in here, and no link of a mail counts
  foreach opening in array array[
    'auth.sessions', 'auth.refresh_tokens', 'auth.one_time_tokens', 'auth.saml_relay_states', 'auth.flow_state',
    'auth.mfa_challenges', 'auth.webauthn_challenges', 'auth.oauth_client_states', 'auth.oauth_authorizations',
    'stabbur_auth.oauth_devices']
  loop
    if to_regclass(opening) is not null then
      execute format('delete from %s', to_regclass(opening));
    end if;
  end loop;
  update auth.users
  set confirmation_token = '', recovery_token = '', email_change_token_new = '',
    email_change_token_current = '', phone_change_token = '', reauthentication_token = ''
  where '' <> any (array[confirmation_token, recovery_token, email_change_token_new,
    email_change_token_current, phone_change_token, reauthentication_token]);
  -- an installed pg_cron knows no ids: its active jobs are noted and stop, until they are confirmed (wake-work.sql)
  if exists (select from pg_extension where extname = 'pg_cron' and extversion not like 'stabbur%') then
    create table if not exists stabbur.cron_asleep (jobid bigint primary key);
    alter table stabbur.cron_asleep owner to postgres;
    insert into stabbur.cron_asleep select jobid from cron.job where active on conflict do nothing;
    -- the extension's own trigger is not to load it, which works at the start of the server alone
    set local session_replication_role = replica;
    update cron.job set active = false where active;
    set local session_replication_role = origin;
  end if;
end $$
