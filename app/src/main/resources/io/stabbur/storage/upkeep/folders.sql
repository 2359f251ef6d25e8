-- Buckets with what is in them, the largest first.
select b.id, coalesce(b.public, false) as is_public, b.file_size_limit, r.delete_after_days,
  coalesce(r.legal_hold, false) as is_held, coalesce(o.files, 0) as files,
  coalesce(o.bytes, 0) as bytes
from storage.buckets b
left join stabbur_storage.bucket_rules r on r.bucket_id = b.id
left join (
  select bucket_id, count(*) as files, sum((metadata ->> 'size')::numeric)::bigint as bytes
  from storage.objects group by bucket_id) o on o.bucket_id = b.id
order by 7 desc, 1
limit 500
