-- Keys, tokens, jobs and calls without a project's id would become the project's where it opens its database for the first time.
do $$
declare
  holder text;
begin
  foreach holder in array array['stabbur.api_keys', 'stabbur.application_tokens', 'stabbur.access_tokens', 'stabbur.cron_runs',
    'net.http_request_queue'] loop
    if exists (select from pg_catalog.pg_attribute a where a.attrelid = to_regclass(holder) and a.attname = 'identity') then
      execute pg_catalog.format('update %s set identity = %L where identity is null', holder,
        '00000000-0000-0000-0000-000000000000');
    end if;
  end loop;
end $$
