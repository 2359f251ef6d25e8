select id, at, function, version, level, execution_id, message, method, status, millis, error, requests
from (
  select *, case when method is null then level when status >= 500 then 'error' when status >= 400 then 'warn' else 'info' end as severity
  from stabbur.function_logs
  where at >= ? and at <= ? and (method is null) = any (?::boolean[]) and (? = '' or function = ?)
) as found
where (? = '' or severity = any (string_to_array(?, ',')))
  and position(lower(?) in lower(coalesce(nullif(message, ''), method || ' ' || status))) > 0
order by at desc, id desc limit ?
