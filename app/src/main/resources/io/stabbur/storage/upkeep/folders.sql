-- Buckets with their rules.
select b.id, coalesce(b.public, false) as is_public, b.file_size_limit, r.delete_after_days,
  coalesce(r.legal_hold, false) as is_held
from storage.buckets b
left join stabbur_storage.bucket_rules r on r.bucket_id = b.id
order by b.id
limit 500
