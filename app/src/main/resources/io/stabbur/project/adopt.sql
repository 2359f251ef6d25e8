-- What was made before there were ids becomes this project's, once.
do $$
begin
  update stabbur.api_keys set identity = stabbur.identity() where identity is null;
  update stabbur.application_tokens set identity = stabbur.identity() where identity is null;
  update stabbur.access_tokens set identity = stabbur.identity() where identity is null;
  if to_regclass('stabbur.cron_runs') is not null then
    update stabbur.cron_runs set identity = stabbur.identity() where identity is null;
  end if;
  if to_regprocedure('stabbur.own_http_request()') is not null then
    update net.http_request_queue set identity = stabbur.identity() where identity is null;
  end if;
end $$
