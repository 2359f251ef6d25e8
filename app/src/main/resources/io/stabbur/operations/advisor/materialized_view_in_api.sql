select r.schema_name, r.name, 'materialized view' as kind,
  format('Materialized view %s.%s: no policy can bind it, and %s read all of it.', r.schema_name, r.name, array_to_string(r.readers, ' and ')) as detail,
  format('materialized_view_in_api_%s_%s', r.schema_name, r.name) as cache_key,
  format('revoke all on %I.%I from anon, authenticated;', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.relkind = 'm' and r.readers <> '{}'
