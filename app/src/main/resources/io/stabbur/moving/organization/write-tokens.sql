-- They count in this project, too; a revocation on either side stays.
insert into stabbur.application_tokens as t
  (id, name, organization_id, role, hash, created_at, expires_at, revoked_at, last_used_at, identity)
select r.id, r.name, r.organization_id, r.role, r.hash, r.created_at, r.expires_at, r.revoked_at, r.last_used_at,
  stabbur.identity()
from jsonb_populate_recordset(null::stabbur.application_tokens, ?::jsonb) r
on conflict (id) do update set revoked_at = least(t.revoked_at, excluded.revoked_at)
