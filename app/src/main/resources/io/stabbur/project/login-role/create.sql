do $$
begin
  execute format('create role %I login noinherit connection limit 20 password %L valid until %L in role %I',
    current_setting('stabbur.role'), current_setting('stabbur.password'), current_setting('stabbur.end'),
    current_setting('stabbur.member_of'));
end
$$
