-- A database that a dump was restored into belongs to whoever made it; schemas are made there as postgres.
do $$
begin
  execute format('grant create on database %I to postgres', current_database());
end $$;
