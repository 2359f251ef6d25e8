update stabbur_storage.jobs
set lease = ?, leased_until = ?, attempts = attempts + 1 where id = (
  select j.id from stabbur_storage.jobs j
  where j.state = 'running' and j.leased_until <= now()
    and (
      select count(*) from stabbur_storage.jobs o
      where o.state = 'running' and o.leased_until > now()
        and coalesce(o.claims ->> 'organization_id', o.role)
          = coalesce(j.claims ->> 'organization_id', j.role)) < ?
  order by j.created_at limit 1 for update skip locked)
returning id, role, claims::text, membership, kind, bucket_id, prefix, to_bucket,
  to_prefix, reached
