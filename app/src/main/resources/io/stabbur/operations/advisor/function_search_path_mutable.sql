select f.schema_name, f.name, 'function' as kind,
  format('Function %s.%s(%s) looks names up in the caller''s search_path%s.', f.schema_name, f.name, f.arguments,
    case when f.is_definer then ', and runs with its owner''s rights: who can create an object there decides what it does' else '' end) as detail,
  format('function_search_path_mutable_%s_%s_%s', f.schema_name, f.name, md5(f.source)) as cache_key,
  format('alter function %I.%I(%s) set search_path = '''';', f.schema_name, f.name, f.arguments) as mend
from routines f
where (f.is_definer or (f.is_exposed and f.callers <> '{}')) and not f.is_parsed and f.language not in ('c', 'internal')
  and not coalesce(array_to_string(f.settings, ',') like '%search_path=%', false)
