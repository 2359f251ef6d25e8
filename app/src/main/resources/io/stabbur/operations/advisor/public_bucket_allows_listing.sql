select 'storage' as schema_name, b.id as name, 'bucket' as kind,
  format('Bucket %s is public, and a policy (%s) lets clients list it besides: whoever asks learns every name.', b.id, string_agg(p.polname, ', ' order by p.polname)) as detail,
  format('public_bucket_allows_listing_%s', b.id) as cache_key,
  string_agg(format('drop policy %I on storage.objects;', p.polname), ' ' order by p.polname) as mend
from storage.buckets b
join pg_catalog.pg_policy p on p.polrelid = to_regclass('storage.objects') and p.polpermissive and p.polcmd in ('r', '*')
  and pg_get_expr(p.polqual, p.polrelid) !~* '(uid|jwt|role|owner|current_setting|exists|foldername)\M'
  and (position(quote_literal(b.id) in pg_get_expr(p.polqual, p.polrelid)) > 0 or pg_get_expr(p.polqual, p.polrelid) !~ 'bucket_id')
where b.public
group by b.id
