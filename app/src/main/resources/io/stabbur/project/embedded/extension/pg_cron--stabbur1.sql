-- Everything is in schema cron already (base/stabbur/0610_cron.sql).
do $$
begin
  if to_regprocedure('cron.schedule(text,text,text)') is null then
    raise exception 'schema cron has not the functions of pg_cron: they were dropped, or cron is another schema';
  end if;
end $$;
