-- The largest files of all buckets.
select o.bucket_id, o.name, (o.metadata ->> 'size')::bigint as bytes, o.created_at
from storage.objects o
where o.metadata ->> 'size' ~ '^[0-9]{1,18}$'
order by bytes desc
limit 20
