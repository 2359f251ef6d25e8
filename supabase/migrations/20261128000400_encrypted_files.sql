-- Files about people are stored encrypted, with a key for each organisation, the first folder of their names. Where
-- the appliance keeps the files it keeps this rule too; a database served by something else has no place for it.
do $$
begin
  if to_regclass('stabbur_storage.bucket_rules') is not null then
    insert into stabbur_storage.bucket_rules (bucket_id, encrypt)
    select id, 'folder' from storage.buckets where id in ('receipts', 'certificates', 'documents')
    on conflict (bucket_id) do update set encrypt = excluded.encrypt;
  end if;
end $$;
