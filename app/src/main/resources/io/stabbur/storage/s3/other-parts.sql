-- The bytes of an upload's parts beside one; of parts of the same number the latest counts.
select coalesce(sum(size), 0)
from (
  select distinct on (part_number) size
  from storage.s3_multipart_uploads_parts
  where upload_id = ? and part_number <> ?
  order by part_number, created_at desc) p
