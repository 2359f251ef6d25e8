select s.name as schema_name, s.name, 'schema' as kind,
  format('%s may create objects in the schema %s: a function or table of theirs can take the place of one that others call.', string_agg(a.name, ' and ' order by a.name), s.name) as detail,
  format('schema_creatable_by_api_role_%s', s.name) as cache_key,
  format('revoke create on schema %I from public, anon, authenticated;', s.name) as mend
from schemas s
join callers a on has_schema_privilege(a.oid, s.oid, 'create')
group by s.name
