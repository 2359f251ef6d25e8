-- The Supabase CLI's `db reset --remote` and `migration down` drop each schema it does not know, but
-- those that belong to supabase_admin. The project's owner keeps its rights in them.
do $$
declare
  own name;
begin
  for own in
    select nspname from pg_catalog.pg_namespace
     where nspname in ('stabbur', 'stabbur_auth', 'stabbur_storage', 'stabbur_organization')
        or (nspname in ('net', 'supabase_functions', 'cron', 'vault') and (nspowner = to_regrole('postgres')
          or obj_description(oid, 'pg_namespace') like '% that Stabbur %'))
  loop
    if to_regrole('supabase_admin') is not null then
      execute format('alter schema %I owner to supabase_admin', own);
    end if;
    execute format('grant all on schema %I to postgres with grant option', own);
  end loop;
  -- no right to make triggers
  revoke trigger on stabbur.base_objects from postgres;
  grant select, insert, update, delete on stabbur.migrations, stabbur.base_objects to postgres;
end $$;
