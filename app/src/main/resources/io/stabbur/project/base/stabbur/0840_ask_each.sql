-- What many callers of one role see of some rows, in one statement of the login role of the API: for each caller in turn the
-- settings, the check and the role that begin a transaction of the data API, then the question, then all of it undone. An error
-- of one caller fails the call.
--
-- checked: whether the callers' accounts are looked at
-- question: a statement that answers one column of numbers
-- callers: for each caller the values of the settings; if checked, account, since when a change counts, whether a second factor
--   that the account has counts, session, whether a lost membership refuses, whether a second factor is needed; and the values
--   of the question
-- Callers who see nothing are left out of the answer.
create function stabbur.ask_each(role text, names text[], checked boolean, question text, callers text[][])
returns table (caller int, numbers bigint[])
language plpgsql as $f$
declare
  -- a plan is made for one role
  ask constant text := 'q' || pg_catalog.md5(role || ' ' || question);
  settings constant int := pg_catalog.cardinality(names);
  asked constant int := settings + case when checked then 6 else 0 end;
  width constant int := pg_catalog.array_length(callers, 2);
  is_noted boolean := false;
  said text;
  one text[];
begin
  caller := 0;
  foreach one slice 1 in array callers loop
    caller := caller + 1;
    numbers := null;
    begin
      for i in 1 .. settings loop
        said := pg_catalog.set_config(names[i], one[i], true);
      end loop;
      if checked then
        is_noted := exists (
          select from stabbur.account_changes c
          where c.account = one[settings + 1]::pg_catalog.uuid
            and (c.changed_at > one[settings + 2]::pg_catalog.timestamptz or c.has_factor and one[settings + 3]::pg_catalog.bool));
      end if;
      if is_noted then
        -- in one statement: the login role may call it, and it finds the caller's role set
        perform pg_catalog.set_config('role', role, true), stabbur.confirm_caller(
          one[settings + 1]::pg_catalog.uuid, one[settings + 4]::pg_catalog.uuid,
          one[settings + 5]::pg_catalog.bool, one[settings + 6]::pg_catalog.bool);
      else
        said := pg_catalog.set_config('role', role, true);
      end if;
      if caller = 1 then
        begin
          execute 'prepare ' || ask || ' as select pg_catalog.array_agg(n) from (' || question || ') answer (n)';
        exception when duplicate_prepared_statement then null;
        end;
      end if;
      said := '';
      for i in asked + 1 .. width loop
        said := said || ',' || pg_catalog.quote_nullable(one[i]);
      end loop;
      execute 'execute ' || ask || '(' || pg_catalog.substr(said, 2) || ')' into numbers;
      -- the settings of one caller end here, whatever made them
      raise exception 'undone' using errcode = 'ST000';
    exception when sqlstate 'ST000' then null;
    end;
    if numbers is not null then
      return next;
    end if;
  end loop;
end $f$;
revoke execute on function stabbur.ask_each(text, text[], boolean, text, text[]) from public;

-- As 0500_realtime has it, and in the same way for the question above.
create or replace function stabbur.let_confirm(login name) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.let_confirm', 0));
  if has_function_privilege(login, 'stabbur.confirm_caller(uuid, uuid, boolean, boolean)', 'execute')
      and has_function_privilege(login, 'stabbur.place_realtime_probes(text, uuid, uuid)', 'execute')
      and has_function_privilege(login, 'stabbur.ask_each(text, text[], boolean, text, text[])', 'execute') then
    return;
  end if;
  execute format('grant usage on schema stabbur to %I', login);
  execute format('grant select on stabbur.account_changes to %I', login);
  execute format('grant execute on function stabbur.confirm_caller(uuid, uuid, boolean, boolean) to %I', login);
  execute format('grant execute on function stabbur.place_realtime_probes(text, uuid, uuid) to %I', login);
  execute format('grant execute on function stabbur.ask_each(text, text[], boolean, text, text[]) to %I', login);
end $$;
