-- The largest files of all buckets.
select o.bucket_id, o.name, (o.metadata ->> 'size')::numeric::bigint as bytes, o.created_at
from storage.objects o
where o.metadata ->> 'size' is not null
order by (o.metadata ->> 'size')::numeric desc
limit 20
