select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has no row-level security: %s.', r.schema_name, r.name, concat_ws('; ',
    case when r.readers <> '{}' then array_to_string(r.readers, ' and ') || ' read every row' end,
    case when r.writers <> '{}' then array_to_string(r.writers, ' and ') || ' change them' end)) as detail,
  format('rls_disabled_in_public_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I enable row level security;', r.schema_name, r.name) as mend
from relations r
where r.is_exposed and r.relkind in ('r', 'p') and not r.has_rls and r.users <> '{}'
