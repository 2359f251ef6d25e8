select to_jsonb(o) || jsonb_build_object('labels', coalesce(
  (select jsonb_agg(jsonb_build_object('key', l.key, 'locale', l.locale, 'label', l.label) order by l.key, l.locale)
   from public.org_labels l where l.organization_id = o.id), '[]'))
from public.organizations o
where o.id = ?
