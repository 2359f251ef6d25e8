-- Everything is in schema net already (base/stabbur/0600_net.sql).
do $$
begin
  if to_regprocedure('net.http_get(text,jsonb,jsonb,integer)') is null then
    raise exception 'schema net has not the functions of pg_net: they were dropped, or net is another schema';
  end if;
end $$;
