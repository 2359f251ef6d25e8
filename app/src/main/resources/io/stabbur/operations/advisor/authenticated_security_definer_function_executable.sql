-- A function that asks who calls it, itself or by what it calls, has a check of its own.
select f.schema_name, f.name, 'function' as kind,
  format('Function %s.%s(%s) runs with its owner''s rights, authenticated may call it, and nothing in it asks who calls.', f.schema_name, f.name, f.arguments) as detail,
  format('authenticated_security_definer_function_executable_%s_%s_%s', f.schema_name, f.name, f.arguments) as cache_key,
  format('revoke execute on function %I.%I(%s) from public, anon, authenticated; -- or: alter function … security invoker', f.schema_name, f.name, f.arguments) as mend
from routines f
where f.is_exposed and f.is_definer and f.kind in ('f', 'p') and f.result <> 'trigger'::regtype and f.result <> 'event_trigger'::regtype
  and 'authenticated' = any (f.callers)
  and not exists (
    with recursive reached (source) as (
      select coalesce(f.source, '')
      union
      select g.prosrc
      from reached c
      join pg_catalog.pg_proc g on c.source ~* ('\m' || g.proname || '\s*\(')
      join schemas s on s.oid = g.pronamespace
    )
    select from reached where source ~* '(auth\.(uid|jwt|role|email)\s*\(|request\.jwt|request\.headers|session_user)')
