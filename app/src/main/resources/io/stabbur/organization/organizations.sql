select coalesce(json_agg(o order by o.slug), '[]')
from public.organizations o
