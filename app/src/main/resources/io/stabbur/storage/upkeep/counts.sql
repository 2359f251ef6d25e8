-- How many files each bucket has, and their bytes.
select bucket_id, count(*) as files, coalesce(sum(case when metadata ->> 'size' ~ '^[0-9]{1,18}$' then (metadata ->> 'size')::numeric end), 0)::bigint as bytes
from storage.objects
group by bucket_id
