-- How many files each bucket has, and their bytes.
select bucket_id, count(*) as files, coalesce(sum((metadata ->> 'size')::numeric), 0)::bigint as bytes
from storage.objects
group by bucket_id
