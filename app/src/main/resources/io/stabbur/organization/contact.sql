-- Everything that is kept about one contact, in clear.
select jsonb_pretty(jsonb_build_object(
  'contact', (to_jsonb(c) - 'email_hash' - 'phone_hash') || jsonb_build_object(
    'full_name', private.open(c.full_name), 'phone', private.open(c.phone),
    'email', private.open(c.email), 'notes', private.open(c.notes)),
  'activities', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('summary', private.open(a.summary), 'location', private.open(a.location))), '[]')
    from public.activities a where a.contact_id = c.id),
  'assignments', (
    select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('message', private.open(a.message), 'epikrise_reference', private.open(a.epikrise_reference))), '[]')
    from public.assignments a where a.contact_id = c.id)
))
from public.contacts c
where c.id = ?
