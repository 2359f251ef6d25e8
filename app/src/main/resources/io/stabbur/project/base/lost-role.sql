-- A role of the API that was made again gets rights on what will be made in schema public, as supabase/0002_schemas
-- gives them to all three; what was changed for the others stays.
do $$
declare
  lost constant text := current_setting('stabbur.lost_role');
  maker text;
  kind text;
begin
  foreach maker in array array['postgres', 'supabase_admin'] loop
    foreach kind in array array['tables', 'sequences', 'functions'] loop
      execute format('alter default privileges for role %I in schema public grant all on %s to %I', maker, kind, lost);
    end loop;
  end loop;
end
$$;
