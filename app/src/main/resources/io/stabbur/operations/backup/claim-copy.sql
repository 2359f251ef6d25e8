do $$
begin
  -- another id is given at the start: keys, tokens, jobs and calls that came along sleep
  update stabbur.project_identity set bound_to = 'a copy of another project';
  if to_regclass('stabbur.project_reference') is not null then
    update stabbur.project_reference set reference = (
      select string_agg(chr(97 + floor(random() * 26)::integer), '') from generate_series(1, 20));
  end if;
  -- whoever is signed in there is not signed in here, and no link of a mail counts
  delete from auth.sessions;
  delete from auth.one_time_tokens;
  delete from auth.flow_state;
  update auth.users
  set confirmation_token = '', recovery_token = '', email_change_token_new = '',
    email_change_token_current = '', phone_change_token = '', reauthentication_token = ''
  where '' <> any (array[confirmation_token, recovery_token, email_change_token_new,
    email_change_token_current, phone_change_token, reauthentication_token]);
  if to_regclass('cron.job') is not null then
    update cron.job set active = false;
  end if;
end $$
