-- What the API serves, and who may use it at all.
select r.schema_name, r.name,
  case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
  r.has_rls, r.readers, r.writers
from relations r
where r.is_exposed and r.users <> '{}'
order by 1, 2
