-- A role of the API that was made again gets rights on what will be made in schema public: those that both other roles of
-- the API have there today, so what an operator took from them stays taken. What it gets nothing for is told.
do $$
declare
  lost constant text := current_setting('stabbur.lost_role');
  maker text;
  kind record;
  shared text;
  lacks text[] := '{}';
begin
  foreach maker in array array['postgres', 'supabase_admin'] loop
    for kind in select * from (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions')) as kinds (code, name) loop
      select string_agg(common.privilege_type, ', ' order by common.privilege_type) into shared
        from (
          select acl.privilege_type
            from pg_default_acl d, aclexplode(d.defaclacl) acl
            join pg_roles r on r.oid = acl.grantee
           where d.defaclrole = to_regrole(maker) and d.defaclnamespace = to_regnamespace('public')
             and d.defaclobjtype = kind.code::"char"
             and r.rolname in ('anon', 'authenticated', 'service_role') and r.rolname <> lost
           group by acl.privilege_type
          having count(distinct r.rolname) = 2
        ) common;
      if shared is null then
        lacks := lacks || format('%s of %s', kind.name, maker);
      else
        execute format('alter default privileges for role %I in schema public grant %s on %s to %I',
          maker, shared, kind.name, lost);
      end if;
    end loop;
  end loop;
  perform set_config('stabbur.lost_role_lacks', array_to_string(lacks, ', '), true);
end
$$;
