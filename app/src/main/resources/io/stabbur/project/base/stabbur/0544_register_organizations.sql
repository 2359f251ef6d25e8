-- Where the shipped migrations came first, as on a hosted project whose owner has pushed them, their schema is registered now.
do $$
begin
  if to_regprocedure('private.register_organizations()') is not null then
    perform private.register_organizations();
  end if;
end $$;
