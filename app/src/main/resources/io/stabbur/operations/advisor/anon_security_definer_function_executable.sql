-- A function that asks who calls it, itself or by what it calls, has a check of its own.
select f.schema_name, f.name, 'function' as kind,
  format('Function %s.%s(%s) runs with its owner''s rights, anon may call it, and nothing in it asks who calls.', f.schema_name, f.name, f.arguments) as detail,
  format('anon_security_definer_function_executable_%s_%s_%s', f.schema_name, f.name, f.arguments) as cache_key,
  format('revoke execute on function %I.%I(%s) from public, anon, authenticated; -- or: alter function … security invoker', f.schema_name, f.name, f.arguments) as mend
from routines f
where f.is_exposed and f.is_definer and f.kind in ('f', 'p') and f.result <> 'trigger'::regtype and f.result <> 'event_trigger'::regtype
  and 'anon' = any (f.callers)
  and f.oid not in (select a.oid from asking a)
