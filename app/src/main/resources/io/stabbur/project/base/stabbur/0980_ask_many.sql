-- What many callers of one role see of some rows, in one statement of the login role of the API: as stabbur.ask_each, which older
-- versions call. The settings that all have are those of the transaction, and the accounts that something was noted about are
-- looked up once.
--
-- names: the settings that each caller has of its own
-- question: a statement that answers one column of numbers
-- asked: the values of the question, where they are the same for all
-- accounts, since, factors: of each caller the account, since when a change counts, whether a second factor that it has counts;
--   empty where accounts are not looked at
-- callers: for each caller the values of its settings; session, whether a lost membership refuses, whether a second factor is
--   needed; and the values of the question where they are its own
-- Callers who see nothing are left out of the answer.
create function stabbur.ask_many(
  role text, names text[], question text, asked text[], accounts uuid[], since timestamptz[], factors boolean[], callers text[][])
returns table (caller int, numbers bigint[])
language plpgsql as $f$
declare
  -- a plan is made for one role
  ask constant text := 'q' || pg_catalog.md5(role || ' ' || question);
  settings constant int := pg_catalog.cardinality(names);
  width constant int := pg_catalog.array_length(callers, 2);
  noted int[] := '{}';
  run text := '';
  said text;
  one text[];
begin
  if pg_catalog.cardinality(accounts) > 0 then
    noted := array(
      select g.n::pg_catalog.int4
      from unnest(accounts, since, factors) with ordinality g (account, since, factor, n)
      join stabbur.account_changes c on c.account = g.account
      where c.changed_at > g.since or c.has_factor and g.factor);
  end if;
  if asked is not null then
    for i in 1 .. pg_catalog.cardinality(asked) loop
      run := run || ',' || pg_catalog.quote_nullable(asked[i]);
    end loop;
    run := 'execute ' || ask || '(' || pg_catalog.substr(run, 2) || ')';
  end if;
  caller := 0;
  foreach one slice 1 in array callers loop
    caller := caller + 1;
    numbers := null;
    begin
      for i in 1 .. settings loop
        said := pg_catalog.set_config(names[i], one[i], true);
      end loop;
      if caller = any (noted) then
        -- in one statement: the login role may call it, and it finds the caller's role set
        perform pg_catalog.set_config('role', role, true), stabbur.confirm_caller(
          accounts[caller], one[settings + 1]::pg_catalog.uuid,
          one[settings + 2]::pg_catalog.bool, one[settings + 3]::pg_catalog.bool);
      else
        said := pg_catalog.set_config('role', role, true);
      end if;
      if caller = 1 then
        begin
          execute 'prepare ' || ask || ' as select pg_catalog.array_agg(n) from (' || question || ') answer (n)';
        exception when duplicate_prepared_statement then null;
        end;
      end if;
      if asked is null then
        run := '';
        for i in settings + 4 .. width loop
          run := run || ',' || pg_catalog.quote_nullable(one[i]);
        end loop;
        run := 'execute ' || ask || '(' || pg_catalog.substr(run, 2) || ')';
      end if;
      execute run into numbers;
      -- the settings of one caller end here, whatever made them
      raise exception 'undone' using errcode = 'ST000';
    exception when sqlstate 'ST000' then null;
    end;
    if numbers is not null then
      return next;
    end if;
  end loop;
end $f$;
revoke execute on function stabbur.ask_many(
  text, text[], text, text[], uuid[], timestamptz[], boolean[], text[]) from public;

-- As 0840_ask_each has it, and in the same way for the question above.
create or replace function stabbur.let_confirm(login name) returns void
language plpgsql as $$
declare
  many constant text := 'stabbur.ask_many(text, text[], text, text[], uuid[], timestamptz[], boolean[], text[])';
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.let_confirm', 0));
  if has_function_privilege(login, 'stabbur.confirm_caller(uuid, uuid, boolean, boolean)', 'execute')
      and has_function_privilege(login, 'stabbur.place_realtime_probes(text, uuid, uuid)', 'execute')
      and has_function_privilege(login, 'stabbur.ask_each(text, text[], boolean, text, text[])', 'execute')
      and has_function_privilege(login, many, 'execute') then
    return;
  end if;
  execute format('grant usage on schema stabbur to %I', login);
  execute format('grant select on stabbur.account_changes to %I', login);
  execute format('grant execute on function stabbur.confirm_caller(uuid, uuid, boolean, boolean) to %I', login);
  execute format('grant execute on function stabbur.place_realtime_probes(text, uuid, uuid) to %I', login);
  execute format('grant execute on function stabbur.ask_each(text, text[], boolean, text, text[]) to %I', login);
  execute format('grant execute on function %s to %I', many, login);
end $$;
