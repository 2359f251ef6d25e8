-- The appliance's own schemas belong to the superuser, so that a reset of the database by the project's owner leaves them:
-- the owner may do everything in them, but not drop them.
do $$
declare
  own record;
begin
  for own in select nspname from pg_namespace where nspname in ('stabbur', 'stabbur_auth', 'stabbur_storage', 'stabbur_organization')
      and nspowner = 'postgres'::regrole loop
    execute format('alter schema %I owner to current_user', own.nspname);
    execute format('grant all on schema %I to postgres with grant option', own.nspname);
  end loop;
end
$$
