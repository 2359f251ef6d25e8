-- What stabbur.ask_many tells, for policies that leave nothing behind: no setting of one caller is undone before the next, so
-- each costs no subtransaction. All callers have the same settings, so those of one replace those of the last.
create function stabbur.ask_plain(
  role text, names text[], question text, asked text[], accounts uuid[], since timestamptz[], factors boolean[], callers text[][])
returns table (caller int, numbers bigint[])
language plpgsql as $f$
declare
  -- a plan is made for one role
  ask constant text := 'q' || pg_catalog.md5(role || ' ' || question);
  settings constant int := pg_catalog.cardinality(names);
  width constant int := pg_catalog.array_length(callers, 2);
  run text := '';
  said text;
  one text[];
begin
  if pg_catalog.cardinality(accounts) > 0 and exists (
      select from unnest(accounts, since, factors) g (account, since, factor)
      join stabbur.account_changes c on c.account = g.account
      where c.changed_at > g.since or c.has_factor and g.factor) then
    -- what is confirmed of a caller may change its settings
    return query
      select m.caller, m.numbers
      from stabbur.ask_many(role, names, question, asked, accounts, since, factors, callers) m;
    return;
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
    for i in 1 .. settings loop
      said := pg_catalog.set_config(names[i], one[i], true);
    end loop;
    if caller = 1 then
      said := pg_catalog.set_config('role', role, true);
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
    if numbers is not null then
      return next;
    end if;
  end loop;
end $f$;
revoke execute on function stabbur.ask_plain(
  text, text[], text, text[], uuid[], timestamptz[], boolean[], text[]) from public;

-- As 0980_ask_many has it, and in the same way for the question above.
create or replace function stabbur.let_confirm(login name) returns void
language plpgsql as $$
declare
  many constant text := 'stabbur.ask_many(text, text[], text, text[], uuid[], timestamptz[], boolean[], text[])';
  plain constant text := 'stabbur.ask_plain(text, text[], text, text[], uuid[], timestamptz[], boolean[], text[])';
begin
  perform pg_advisory_xact_lock(hashtextextended('stabbur.let_confirm', 0));
  if has_function_privilege(login, 'stabbur.confirm_caller(uuid, uuid, boolean, boolean)', 'execute')
      and has_function_privilege(login, 'stabbur.place_realtime_probes(text, uuid, uuid)', 'execute')
      and has_function_privilege(login, 'stabbur.ask_each(text, text[], boolean, text, text[])', 'execute')
      and has_function_privilege(login, many, 'execute')
      and has_function_privilege(login, plain, 'execute') then
    return;
  end if;
  execute format('grant usage on schema stabbur to %I', login);
  execute format('grant select on stabbur.account_changes to %I', login);
  execute format('grant execute on function stabbur.confirm_caller(uuid, uuid, boolean, boolean) to %I', login);
  execute format('grant execute on function stabbur.place_realtime_probes(text, uuid, uuid) to %I', login);
  execute format('grant execute on function stabbur.ask_each(text, text[], boolean, text, text[]) to %I', login);
  execute format('grant execute on function %s to %I', many, login);
  execute format('grant execute on function %s to %I', plain, login);
end $$;
