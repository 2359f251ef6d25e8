-- The tokens of an organization's programs, those apart that sleep since they came with a copy of another project.
select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text
from stabbur.application_tokens t
where t.organization_id = ? and t.identity is not distinct from stabbur.identity()
