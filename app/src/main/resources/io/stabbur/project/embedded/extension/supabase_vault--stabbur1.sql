-- Everything is in schema vault already (base/stabbur/0760_vault.sql).
do $$
begin
  if to_regprocedure('vault.create_secret(text,text,text,uuid)') is null then
    raise exception 'schema vault has not the functions of supabase_vault: they were dropped, or vault is another schema';
  end if;
end $$;
