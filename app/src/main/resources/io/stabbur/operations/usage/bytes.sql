-- Of files whose first folder is an organization's id.
select f.folder, sum(f.size)::float8
from (select split_part(name, '/', 1) as folder, case when metadata ->> 'size' ~ '^[0-9]{1,18}$' then (metadata ->> 'size')::float8 else 0 end as size from storage.objects) as f
where f.folder = any (?::text[])
group by f.folder
