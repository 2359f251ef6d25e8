with others as (
  select coalesce(sum(size), 0) as size from (
    select distinct on (part_number) part_number, size
    from storage.s3_multipart_uploads_parts
    where upload_id = ? and part_number <> ?
    order by part_number, created_at desc) p),
stored as (
  insert into storage.s3_multipart_uploads_parts
    (upload_id, size, part_number, bucket_id, key, etag, owner_id, version)
  select ?, ?, ?, ?, ?, ?, ?, ? from others where others.size + ? <= ?
  returning size)
update storage.s3_multipart_uploads u
set in_progress_size = others.size + stored.size from others, stored
where u.id = ? returning u.id
