select f.schema_name, f.name, 'function' as kind,
  format('Function %s.%s(%s) runs with its owner''s rights and executes text that it joins together: an argument may become SQL.', f.schema_name, f.name, f.arguments) as detail,
  format('function_builds_sql_%s_%s_%s', f.schema_name, f.name, md5(f.source)) as cache_key,
  '-- pass values with `execute … using`, names with format(''%I'')' as mend
from routines f
where f.is_exposed and f.is_definer and f.callers <> '{}' and f.language = 'plpgsql' and f.arguments <> ''
  and f.source ~* '\mexecute\M[^;]*(\|\||%s)'
