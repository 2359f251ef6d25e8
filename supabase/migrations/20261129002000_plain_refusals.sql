-- Whoever may not look under a path of these buckets is told so with HTTP 403. Where a project's files are kept by
-- another server than Stabbur, there are no rules to set.
do $$
begin
  if exists (select from information_schema.columns
             where table_schema = 'stabbur_storage' and table_name = 'bucket_rules'
               and column_name = 'plain_refusals') then
    insert into stabbur_storage.bucket_rules (bucket_id, plain_refusals)
    select id, true from storage.buckets where id in ('receipts', 'certificates', 'documents', 'avatars')
    on conflict (bucket_id) do update set plain_refusals = true;
  end if;
end
$$;
