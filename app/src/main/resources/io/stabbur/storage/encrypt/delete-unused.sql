with unused as (
  select k.version, k.wrapped from stabbur_storage.object_keys k
  where k.created_at < ?
    and not exists (select from storage.objects o where o.bucket_id = k.bucket_id
      and o.name = k.name and o.version = k.version)
    and not exists (select from stabbur_storage.byte_removals r where r.bucket_id = k.bucket_id
      and r.name = k.name and r.version = k.version)
    and not exists (
      select from stabbur_storage.resumable_uploads u where u.version = k.version)
    and not exists (select from storage.s3_multipart_uploads m where m.version = k.version)),
gone as (
  delete from stabbur_storage.object_keys k using unused u
  where k.version = u.version and k.wrapped = u.wrapped returning 1)
select count(*) from gone
