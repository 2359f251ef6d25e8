-- Who gets a change of a row, and which columns of it, as the original decides it: the rules of the contract (row security of changes,
-- replica identity, filters, columns), for one subscription after the other.

create table oracle_subscriptions (
  id int primary key,
  role text not null,
  claims text not null,
  event text not null,
  -- each a column, an operator, a value and whether it is negated
  filters text[] not null,
  selected text[] not null
);

-- image, before: the row as it was written and as it was, values as texts; null where there is none
-- unsure: a policy fails or shows the row, as the question is planned for these claims or for others (oracle_sees)
create function oracle(entity regclass, action text, image jsonb, before jsonb)
returns table (subscription int, shown text, old_shown text, unsure boolean)
language plpgsql as $f$
declare
  me constant text := current_user;
  secured constant boolean := (select c.relrowsecurity from pg_class c where c.oid = entity);
  keys constant text[] := array(
    select a.attname::text
    from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = entity and i.indisprimary);
  -- what the log has of the old row
  old constant jsonb := (
    select jsonb_object_agg(c.key, c.value)
    from jsonb_each(before) c
    join pg_class t on t.oid = entity
    where t.relreplident = 'f' or t.relreplident = 'd' and c.key = any (keys));
  tested constant jsonb := coalesce(image, old, '{}');
  by_key constant text := (
    select string_agg(format('%I = ($1 ->> %L)::%s', a.attname, a.attname, format_type(a.atttypid, a.atttypmod)), ' and ')
    from pg_attribute a
    where a.attrelid = entity and a.attname = any (keys));
  s oracle_subscriptions;
  filter text[];
  selectable text[];
  passes boolean;
begin
  for s in select * from oracle_subscriptions o where o.event in ('*', action) order by o.id loop
    selectable := array(
      select a.attname::text
      from pg_attribute a
      where a.attrelid = entity and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(s.role, entity, a.attname, 'select')
      order by a.attnum);
    passes := selectable @> keys;
    if cardinality(s.filters) > 0 then
      foreach filter slice 1 in array s.filters loop
        -- a column that the role may not select is refused when it subscribes
        passes := passes and filter[1] = any (selectable) and tested ? filter[1]
          and oracle_passes(entity, filter, tested ->> filter[1]);
      end loop;
    end if;
    unsure := false;
    if passes and secured and action <> 'DELETE' then
      begin
        perform set_config('request.jwt.claims', s.claims, true), set_config('role', s.role, true);
        execute format('select exists (select from %s where %s)', entity, by_key) into passes using image;
        perform set_config('role', me, true), set_config('request.jwt.claims', '', true);
      exception when invalid_text_representation or division_by_zero then
        -- an error of one subscriber's policy hides the row from it alone (R1)
        unsure := oracle_sees(entity, by_key, s, image);
        passes := unsure;
      end;
    end if;
    if passes then
      subscription := s.id;
      select
        string_agg(c.name, ',' order by c.place) filter (where image ? c.name),
        string_agg(c.name, ',' order by c.place) filter (
          where old ? c.name and (action = 'UPDATE' or action = 'DELETE' and (not secured or c.name = any (keys))))
      into shown, old_shown
      from unnest(selectable) with ordinality c (name, place)
      where s.selected = '{}' or c.name = any (s.selected) or c.name = any (keys);
      return next;
    end if;
  end loop;
end $f$;

-- Whether the row is seen by a plan that was made for nobody's claims: the planner computes what it can of the claims at hand, and
-- fails where the policy, evaluated from its beginning, would have ended before.
create function oracle_sees(entity regclass, by_key text, s oracle_subscriptions, image jsonb) returns boolean
language plpgsql as $f$
declare
  me constant text := current_user;
  sees boolean := false;
begin
  begin
    perform set_config('request.jwt.claims', '{}', true), set_config('role', s.role, true);
    execute format('prepare oracle_sees (jsonb) as select exists (select from %s where %s)', entity, by_key);
    execute format('execute oracle_sees (%L)', image) into sees;
    perform set_config('request.jwt.claims', s.claims, true);
    execute format('execute oracle_sees (%L)', image) into sees;
    perform set_config('role', me, true), set_config('request.jwt.claims', '', true);
  exception when invalid_text_representation or division_by_zero then
    sees := false;
  end;
  execute 'deallocate oracle_sees';
  return sees;
end $f$;

-- A filter on a value; what is unknown does not pass.
create function oracle_passes(entity regclass, filter text[], value text) returns boolean
language plpgsql as $f$
declare
  type constant text := (
    select format_type(a.atttypid, a.atttypmod) from pg_attribute a where a.attrelid = entity and a.attname = filter[1]);
  said text;
  passes boolean;
begin
  said := case filter[2]
    when 'eq' then '$1::%1$s = $2::%1$s'
    when 'neq' then '$1::%1$s <> $2::%1$s'
    when 'lt' then '$1::%1$s < $2::%1$s'
    when 'lte' then '$1::%1$s <= $2::%1$s'
    when 'gt' then '$1::%1$s > $2::%1$s'
    when 'gte' then '$1::%1$s >= $2::%1$s'
    when 'like' then '$1 like $2'
    when 'ilike' then '$1 ilike $2'
    when 'match' then '$1 ~ $2'
    when 'imatch' then '$1 ~* $2'
    when 'in' then '$1::%1$s = any (translate($2, ''()'', ''{}'')::%1$s[])'
    when 'isdistinct' then '$1::%1$s is distinct from $2::%1$s'
    when 'is' then '$1::%1$s is %2$s'
  end;
  said := format('select ' || said, type, filter[3]);
  execute said into passes using value, filter[3];
  return coalesce(case when filter[4]::boolean then not passes else passes end, false);
end $f$;
