-- A schema as large as they get: 1,000 tables of five columns, each but the first pointing at the one before, and 500 functions.
create schema thousand;
do $$
begin
  for i in 1..1000 loop
    execute format(
      'create table thousand.table_%s (id int primary key, name text not null, price numeric(8,2) default 0, at timestamptz, before_id int%s)',
      i, case when i > 1 then format(' references thousand.table_%s', i - 1) else '' end);
  end loop;
  for i in 1..500 loop
    execute format(
      'create function thousand.function_%s(a int, b text default ''x'') returns setof thousand.table_%s language sql stable as ''select * from thousand.table_%s where id = a''',
      i, i, i);
  end loop;
end $$;
