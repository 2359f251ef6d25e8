-- The row of an upload that replaces one version and no other, which the caller saw before. ST412: the
-- object was changed or removed meanwhile.
create function stabbur_storage.commit_replacement(
  bucket text, object text, expected text, new_version text, owner text, metadata jsonb, user_metadata jsonb
) returns setof storage.objects language plpgsql security invoker set search_path = '' as $$
begin
  perform from storage.objects o
    where o.bucket_id = bucket and o.name = object and o.version = expected for update;
  if not found then
    raise exception using errcode = 'ST412', message = 'the object changed meanwhile';
  end if;
  return query
    select * from stabbur_storage.commit_upload(bucket, object, new_version, owner, metadata, user_metadata, true);
end $$;
revoke execute on function stabbur_storage.commit_replacement(text, text, text, text, text, jsonb, jsonb) from public;
grant execute on function stabbur_storage.commit_replacement(text, text, text, text, text, jsonb, jsonb)
  to supabase_storage_admin;
